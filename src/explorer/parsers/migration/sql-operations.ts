import type {
  AlterTableStmt,
  DropStmt,
  IndexStmt,
  InsertStmt,
  Node,
  RenameStmt,
  SelectStmt,
} from 'libpg-query';
import type { OperationDetail } from './operations.ts';
import { alterTableOperations } from './sql-alter-table.ts';
import type { NamedOperation } from './sql-alter-table.ts';
import { known, nameOfList, tableOf } from './sql-names.ts';

/** What one parsed statement does. A statement that changes neither schema nor rows gives nothing. */
export function operationsOfNode(node: Node): readonly NamedOperation[] {
  if ('AlterTableStmt' in node) return alterTable(node.AlterTableStmt);
  return detailsOf(node).map((detail) => ({ detail, near: null }));
}

function alterTable(statement: AlterTableStmt): readonly NamedOperation[] {
  return statement.objtype === 'OBJECT_TABLE' ? alterTableOperations(statement) : [];
}

function detailsOf(node: Node): readonly OperationDetail[] {
  if ('DropStmt' in node) return dropOperations(node.DropStmt);
  if ('TruncateStmt' in node)
    return (node.TruncateStmt.relations ?? []).map((relation) => ({
      kind: 'truncate_table',
      table: 'RangeVar' in relation ? tableOf(relation.RangeVar) : null,
      cascade: node.TruncateStmt.behavior === 'DROP_CASCADE',
    }));
  if ('DropdbStmt' in node)
    return [
      {
        kind: 'drop_database',
        name: node.DropdbStmt.dbname ?? '',
        what: 'database',
        cascade: true,
      },
    ];
  if ('IndexStmt' in node) return [createIndex(node.IndexStmt)];
  if ('RenameStmt' in node) return renameOperations(node.RenameStmt);
  if ('InsertStmt' in node) return copyOperations(node.InsertStmt);
  if ('UpdateStmt' in node)
    return [
      rowsOperation('update_rows', tableOf(node.UpdateStmt.relation), node.UpdateStmt.whereClause),
    ];
  if ('DeleteStmt' in node)
    return [
      rowsOperation('delete_rows', tableOf(node.DeleteStmt.relation), node.DeleteStmt.whereClause),
    ];
  return creationOf(node);
}

function creationOf(node: Node): readonly OperationDetail[] {
  if ('CreateStmt' in node)
    return [
      {
        kind: 'create_table',
        table: tableOf(node.CreateStmt.relation),
        temporary: node.CreateStmt.relation?.relpersistence === 't',
        ifNotExists: node.CreateStmt.if_not_exists === true,
      },
    ];
  if ('CreateTableAsStmt' in node) {
    const { into, if_not_exists: ifNotExists } = node.CreateTableAsStmt;
    const table = tableOf(into?.rel);
    const temporary = into?.rel?.relpersistence === 't';
    return [{ kind: 'create_table', table, temporary, ifNotExists: ifNotExists === true }];
  }
  if ('SelectStmt' in node && node.SelectStmt.intoClause !== undefined) {
    const relation = node.SelectStmt.intoClause.rel;
    const temporary = relation?.relpersistence === 't';
    return [{ kind: 'create_table', table: tableOf(relation), temporary, ifNotExists: false }];
  }
  if ('ViewStmt' in node) {
    const view = tableOf(node.ViewStmt.view);
    return view === null ? [] : [{ kind: 'create_view', view }];
  }
  return [];
}

function dropOperations(statement: DropStmt): readonly OperationDetail[] {
  const cascade = statement.behavior === 'DROP_CASCADE';
  const names = (statement.objects ?? []).map(nameOfList);
  switch (statement.removeType) {
    case 'OBJECT_TABLE':
      return names.map((table) => ({ kind: 'drop_table', table, cascade }));
    case 'OBJECT_SCHEMA':
      return names.flatMap((name): OperationDetail[] =>
        name === null ? [] : [{ kind: 'drop_database', name, what: 'schema', cascade }],
      );
    case 'OBJECT_INDEX':
      return names.map((index) => ({
        kind: 'drop_index',
        index,
        concurrently: statement.concurrent === true,
      }));
    default:
      return [];
  }
}

function createIndex(statement: IndexStmt): OperationDetail {
  return {
    kind: 'create_index',
    // `ON ONLY` makes the index of a partitioned table without building anything on its partitions.
    table: statement.relation?.inh === true ? tableOf(statement.relation) : null,
    index: known(statement.idxname),
    concurrently: statement.concurrent === true,
    unique: statement.unique === true,
  };
}

function renameOperations(statement: RenameStmt): readonly OperationDetail[] {
  const table = tableOf(statement.relation);
  const to = known(statement.newname);
  if (statement.renameType === 'OBJECT_TABLE') return [{ kind: 'rename_table', table, to }];
  if (statement.renameType === 'OBJECT_COLUMN' && statement.relationType === 'OBJECT_TABLE')
    return [{ kind: 'rename_column', table, column: known(statement.subname), to }];
  return [];
}

function copyOperations(statement: InsertStmt): readonly OperationDetail[] {
  const source = statement.selectStmt;
  if (source === undefined || !('SelectStmt' in source)) return [];
  const from = tablesOf(source.SelectStmt);
  return from.length === 0 ? [] : [{ kind: 'copy_rows', from, into: tableOf(statement.relation) }];
}

function tablesOf(select: SelectStmt): string[] {
  const found = (select.fromClause ?? []).flatMap(tablesOfSource);
  return [select.larg, select.rarg]
    .flatMap((part) => (part === undefined ? [] : tablesOf(part)))
    .concat(found);
}

function tablesOfSource(node: Node): string[] {
  if ('RangeVar' in node) return [tableOf(node.RangeVar)].filter((name) => name !== null);
  if ('JoinExpr' in node)
    return [node.JoinExpr.larg, node.JoinExpr.rarg].flatMap((side) =>
      side === undefined ? [] : tablesOfSource(side),
    );
  if ('RangeSubselect' in node) {
    const inner = node.RangeSubselect.subquery;
    return inner !== undefined && 'SelectStmt' in inner ? tablesOf(inner.SelectStmt) : [];
  }
  return [];
}

function rowsOperation(
  kind: 'update_rows' | 'delete_rows',
  table: string | null,
  where: Node | undefined,
): OperationDetail {
  return { kind, table, where: where === undefined ? 'none' : 'some' };
}
