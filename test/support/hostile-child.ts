/** A child of the analysis pool that misbehaves as the path of its task says; for tests of the pool. */
process.on(
  'message',
  (message: {
    kind: string;
    id: number;
    task?: { file?: { path: string }; ruleIds?: string[] };
  }) => {
    if (message.kind !== 'file') return;
    const path = message.task?.file?.path ?? '';
    const rules = message.task?.ruleIds ?? [];
    if (path === 'hang' && rules.includes('code/bad')) for (;;);
    if (path === 'die' && rules.includes('code/bad')) process.exit(3);
    if (path === 'eat' && rules.includes('code/bad')) {
      const hoard: Buffer[] = [];
      for (;;) hoard.push(Buffer.alloc(16 * 1024 * 1024, 1));
    }
    const facts = rules.map((ruleId) => ({ ruleId, collected: { env: Object.keys(process.env) } }));
    process.send?.({
      kind: 'result',
      id: message.id,
      result: { drafts: [], facts, optOuts: [], failures: [] },
    });
  },
);
process.send?.({ kind: 'ready' });
