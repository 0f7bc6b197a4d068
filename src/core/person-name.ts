/** Whether two names as people type them are of one person: `Ann Lee` and ` ann  lee`. */
export const samePerson = (one: string, other: string): boolean => plain(one) === plain(other);

const plain = (name: string): string => name.normalize('NFKC').toLowerCase().replaceAll(/\s+/g, ' ').trim();
