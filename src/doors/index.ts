export type { ContactState } from './contacts.js';
export type { StateChange } from './door-states.js';
export { type DoorParts, Doors, type DoorView } from './doors.js';
export type { PassageWord } from './passages.js';
export type { AtDoor, DoorAnswer, DoorNote, DoorPermits } from './permits.js';
