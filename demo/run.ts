import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { renderPage, servePage } from './page.ts';
import { playStory } from './story.ts';
import { createTeller } from './teller.ts';

const { values } = parseArgs({
  options: {
    keep: { type: 'boolean', default: false },
    package: { type: 'string', default: '.' },
    lang: { type: 'string', default: 'en' },
    port: { type: 'string', default: '0' },
  },
});
if (values.lang !== 'en' && values.lang !== 'vi') {
  process.stderr.write('--lang is en or vi\n');
  process.exit(64);
}

const teller = createTeller(
  (text) => process.stdout.write(text),

  process.stdout.isTTY && process.env['NO_COLOR'] === undefined,
  () => performance.now(),
);
const story = await playStory({
  packageFolder: resolve(values.package),
  language: values.lang,
  teller,
});
teller.step(
  `Done: ${story.merges.filter(Boolean).length} of ${story.merges.length} merges went through, the service ended with ${story.exitCode}`,
);
if (values.keep) {
  const page = await servePage(renderPage(story.scenes), Number(values.port));
  teller.shows(`Read comment and check at ${page.url} (Ctrl+C ends it)`);
} else teller.shows('`npm run demo -- --keep` leaves comment and check open on a local page.');
