/** The yearly inspection's questions (D19a); their words are in config/languages/TAG/inspection.json. */

/** Answered by the machine from what it measures, or by the inspector where only a person can see. */
export const machineItems = [
  { id: 'audit-chain', clause: 'M14.2' },
  { id: 'self-test', clause: 'M4.4' },
  { id: 'retention', clause: 'M8.3' },
  { id: 'assessment', clause: 'M9.1' },
  { id: 'clock', clause: 'M8.3' },
  { id: 'keys-expiring', clause: 'M14.4' },
  { id: 'denials', clause: 'M14.3' },
  { id: 'disk-space', clause: 'M9.3' },
  { id: 'cameras', clause: 'M13.2' },
  { id: 'sign-declared', clause: 'M13.3' },
  { id: 'incidents', clause: 'P57' },
] as const;
export type MachineItemId = (typeof machineItems)[number]['id'];

export const inspectorItems = [
  { id: 'sign-hangs', clause: 'M13.3' },
  { id: 'capture-zone-right', clause: 'M13.2' },
  { id: 'place-as-declared', clause: 'M13.4' },
  { id: 'purpose-unchanged', clause: 'M4.1' },
  { id: 'still-necessary', clause: 'M4.2' },
  { id: 'alternatives-tried', clause: 'M10.2' },
  { id: 'accessibility-tried', clause: 'M5.7' },
  { id: 'case-and-seals', clause: 'D19c' },
  { id: 'keys-and-people', clause: 'M14.4' },
  { id: 'backup-of-key', clause: 'M14.1' },
  { id: 'staff-instructed', clause: 'M9.2' },
  { id: 'complaints-handled', clause: 'M17' },
  { id: 'thresholds-reviewed', clause: 'D19b' },
  { id: 'equipment-certificate', clause: 'D20' },
] as const;
export type InspectorItemId = (typeof inspectorItems)[number]['id'];

export const machineAnswers = ['in-order', 'not-in-order', 'unknown'] as const;
export const inspectorAnswers = ['in-order', 'not-in-order', 'not-applicable'] as const;

export interface MachineFinding {
  readonly answer: (typeof machineAnswers)[number];
  /** What was measured: counts, states, times. */
  readonly evidence: string;
}
export type MachineFindings = Readonly<Record<MachineItemId, MachineFinding>>;

export interface InspectorFinding {
  readonly id: InspectorItemId;
  readonly answer: (typeof inspectorAnswers)[number];
  readonly note?: string | undefined;
}

/** Whether the device may go on; `not-fit` is recorded and does not count as done. */
export const conclusions = ['fit', 'fit-with-measures', 'not-fit'] as const;
export type Conclusion = (typeof conclusions)[number];
