export type { GroupsPort } from './add-person.js';
export {
  type ImportOptions,
  type ImportParts,
  type ImportReport,
  PeopleImport,
} from './people-import.js';
export { largestFileBytes } from './rows.js';
