import type { MigrationOperation } from '../../../../src/explorer/parsers/migration/operations.ts';

/** One line for an operation, so that a table of expectations can be read. `?` is a name nobody knows. */
export function briefly(operation: MigrationOperation, withLine = false): string {
  const words = [operation.kind, ...namesOf(operation), ...flagsOf(operation)];
  return `${withLine ? `${operation.line} ` : ''}${words.join(' ')}`;
}

function namesOf(operation: MigrationOperation): string[] {
  switch (operation.kind) {
    case 'create_table':
    case 'drop_table':
    case 'truncate_table':
    case 'update_rows':
    case 'delete_rows':
      return [operation.table ?? '?'];
    case 'drop_database':
      return [operation.name];
    case 'rename_table':
      return [operation.table ?? '?', operation.to ?? '?'];
    case 'rename_column':
      return [`${operation.table ?? '?'}.${operation.column ?? '?'}`, operation.to ?? '?'];
    case 'create_view':
      return [operation.view];
    case 'add_column':
    case 'drop_column':
    case 'set_not_null':
      return [`${operation.table ?? '?'}.${operation.column ?? '?'}`];
    case 'alter_column_type':
      return [`${operation.table ?? '?'}.${operation.column ?? '?'}`, operation.type ?? '?'];
    case 'create_index':
      return [operation.table ?? '?', operation.index ?? '?'];
    case 'drop_index':
      return [operation.index ?? '?'];
    case 'add_constraint':
      return [operation.table ?? '?', operation.name ?? '?', operation.constraint];
    case 'drop_constraint':
    case 'validate_constraint':
      return [operation.table ?? '?', operation.name ?? '?'];
    case 'copy_rows':
      return [operation.from.join(','), operation.into ?? '?'];
  }
}

function flagsOf(operation: MigrationOperation): string[] {
  const flags: string[] = [];
  if (operation.kind === 'create_table' && operation.temporary) flags.push('temporary');
  if (operation.kind === 'add_column' && operation.notNull) flags.push('notNull');
  if (operation.kind === 'add_column') flags.push(operation.default);
  if ('concurrently' in operation && operation.concurrently) flags.push('concurrently');
  if ('unique' in operation && operation.unique) flags.push('unique');
  if ('where' in operation) flags.push(operation.where);
  if ('notValid' in operation && operation.notValid) flags.push('notValid');
  if (operation.conditional) flags.push('conditional');
  return flags;
}
