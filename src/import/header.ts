import { MenshenError } from '../core/index.js';

export const columnNames = [
  'personNumber',
  'displayName',
  'ageBand',
  'expiresAt',
  'pin',
  'cardNumber',
  'groups',
] as const;
export type ColumnName = (typeof columnNames)[number];

/** What people write over their columns; compared without case, spaces, `_` and `-`. */
const spellings: Readonly<Record<ColumnName, readonly string[]>> = {
  personNumber: ['personnumber', 'number', 'id', '编号', '人员编号', '工号', '学号'],
  displayName: ['displayname', 'name', '姓名', '名字'],
  ageBand: ['ageband', 'age', '年龄段'],
  expiresAt: ['expiresat', 'expires', 'expiry', 'validuntil', '到期日', '到期', '有效期', '有效期至'],
  pin: ['pin', '密码', 'pin码'],
  cardNumber: ['cardnumber', 'card', 'cards', '卡号'],
  groups: ['groups', 'group', '分组', '组'],
};

/** Which column stands where. @throws MenshenError `body-invalid`: unknown and repeated columns are refused, not dropped. */
export function readHeader(cells: readonly string[]): ReadonlyMap<number, ColumnName> {
  const columns = new Map<number, ColumnName>();
  for (const [index, cell] of cells.entries()) {
    const name = columnNames.find((candidate) => spellings[candidate].includes(plain(cell)));
    if (name === undefined)
      throw new MenshenError(
        'body-invalid',
        // Where the header is missing this cell is somebody's name: it is not repeated.
        `Column ${index + 1} has no name that is known. The first line names the columns: ${columnNames.join(', ')}.`,
      );
    if ([...columns.values()].includes(name))
      throw new MenshenError('body-invalid', `The column ${name} is there twice. Leave one out.`);
    columns.set(index, name);
  }
  if (columns.size === 0) throw new MenshenError('body-invalid', 'The file is empty.');
  return columns;
}

const plain = (cell: string): string => cell.toLowerCase().replaceAll(/[\s_-]/g, '');
