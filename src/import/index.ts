export {
  type GroupsPort,
  type ImportOptions,
  type ImportParts,
  type ImportReport,
  PeopleImport,
} from './people-import.js';
export { largestFileBytes } from './rows.js';
