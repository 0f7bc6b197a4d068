import type { Finding } from './finding.js';

/** What `GET /v1/health` says, as lines of `menshen doctor`. @param live a daemon answered, not this process itself. */
export function healthFindings(answer: unknown, live: boolean): Finding[] {
  const health = answer as Health;
  return [
    ...recordsFindings(health),
    ...syslogFindings(health),
    ...faceFindings(health, live),
    health.clock.trusted
      ? { what: 'clock', state: 'works', why: 'trusted' }
      : {
          what: 'clock',
          state: 'weaker',
          why: health.clock.problem ?? 'not trusted',
          remedy: 'set the clock, then menshen clock-confirm --now TIME',
        },
    ...health.cameras.map((camera) => cameraFinding(camera, health)),
  ];
}

interface Block {
  readonly reason: string;
  readonly detail: string;
}

interface Health {
  readonly methods: {
    readonly face: {
      readonly works: boolean;
      readonly reason?: string;
      readonly detail?: string;
      readonly reasons?: readonly Block[];
    };
  };
  readonly records: { readonly works: boolean; readonly problem?: string; readonly detail?: string };
  readonly syslog?: { readonly works: boolean; readonly lost: boolean };
  readonly clock: { readonly trusted: boolean; readonly problem?: string };
  readonly cameras: readonly Camera[];
}

interface Camera {
  readonly cameraId: string;
  readonly state: string;
  readonly problem?: string;
}

function recordsFindings({ records }: Health): Finding[] {
  if (records.works) return [];
  const why = `nothing is granted, because nothing is recorded (${records.problem ?? 'audit-unavailable'})`;
  const remedy = records.detail === undefined ? {} : { remedy: records.detail };
  return [{ what: 'records', state: 'broken', why, ...remedy }];
}

function syslogFindings({ syslog }: Health): Finding[] {
  if (syslog === undefined || (syslog.works && !syslog.lost)) return [];
  return [
    {
      what: 'syslog',
      state: 'weaker',
      why: syslog.works ? 'some audit entries were never sent' : 'the collector does not take audit entries',
      remedy: 'look at the collector and at syslog in the configuration; the audit itself is whole',
    },
  ];
}

const what = 'face mode';

/** A line for everything that keeps face mode off; without the daemon, for what holds there as well. */
function faceFindings(health: Health, live: boolean): Finding[] {
  if (live && health.methods.face.works) return [{ what, state: 'works', why: 'on' }];
  return blocksOf(health)
    .filter(({ reason }) => live || !onlyRunning.has(reason))
    .map(({ reason, detail }) => ({
      what,
      state: reason === 'model-drift' ? 'broken' : 'weaker',
      why: detail,
      ...remedyOf(reason),
    }));
}

/** What a process that recognises nobody, and has not taken the audit's space yet, always says of itself. */
const onlyRunning: ReadonlySet<string> = new Set([
  'switched-off',
  'self-test-running',
  'recognition-down',
  'audit-space-used-up',
]);

function blocksOf({ methods: { face } }: Health): readonly Block[] {
  if (face.works) return [];
  return face.reasons ?? [{ reason: face.reason ?? '', detail: face.detail ?? 'off' }];
}

const remedies: ReadonlyMap<string, string> = new Map([
  ['assessment-missing', 'menshen assessment FILE, from config/assessment-template.yaml'],
  [
    'notice-not-displayed',
    'menshen sign --out sign.pdf, hang it and declare it as site.signPosted; or show the notice on the screen (menshen kiosk pair)',
  ],
  ['recognition-down', 'look again in a minute; then look at the log'],
]);

function remedyOf(reason: string): { readonly remedy?: string } {
  const remedy = remedies.get(reason);
  return remedy === undefined ? {} : { remedy };
}

function cameraFinding({ cameraId, state, problem }: Camera, health: Health): Finding {
  return {
    what: `camera ${cameraId}`,
    state: state === 'live' ? 'works' : 'broken',
    why: problem ?? (state === 'closed' ? whyClosed(health) : state),
  };
}

/** Cameras open when people have been told (M5.0) and recognition runs. */
function whyClosed(health: Health): string {
  const blocks = blocksOf(health);
  const untold = blocks.find(({ reason }) => reason === 'notice-not-displayed');
  if (untold !== undefined) return `closed until people have been told: ${untold.detail}`;
  const down = blocks.find(({ reason }) => reason === 'recognition-down' || reason === 'model-drift');
  return down === undefined
    ? 'closed: it has not been opened yet'
    : `closed, because recognition does not run: ${down.detail}`;
}
