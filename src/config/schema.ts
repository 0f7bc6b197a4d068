/** The one schema of the configuration file. Unknown keys are refused everywhere; secrets have no place in it. */
import { type Static, Type } from '#typebox';
import { accessSchema } from './access-schema.js';
import { eventsSchema } from './events-schema.js';
import { isapiSchema } from './isapi-schema.js';
import { listenerTlsSchema } from './listener-schema.js';
import { closed, date, id, text } from './parts.js';
import { remoteCheckSchema } from './remote-check-schema.js';
import { screenSchema } from './screen-schema.js';
import { securitySchema } from './security-schema.js';
import { siteSchema } from './site-schema.js';
import { syslogSchema } from './syslog-schema.js';

const point = Type.Object(
  { x: Type.Number({ minimum: 0, maximum: 1 }), y: Type.Number({ minimum: 0, maximum: 1 }) },
  closed,
);
const videoSize = {
  width: Type.Optional(Type.Integer({ minimum: 160, maximum: 1920, description: 'Pixels.' })),
  height: Type.Optional(Type.Integer({ minimum: 120, maximum: 1080, description: 'Pixels.' })),
  framesPerSecond: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 60 })),
};

export const cameraSource = Type.Union([
  Type.Object(
    {
      kind: Type.Literal('recording'),
      path: text('Video file, relative to the configuration file.'),
      pace: Type.Union([Type.Literal('real-time'), Type.Literal('fast')], { default: 'real-time' }),
      repeat: Type.Union([Type.Literal('once'), Type.Literal('loop')], { default: 'loop' }),
      ...videoSize,
    },
    closed,
  ),
  Type.Object({ kind: Type.Literal('v4l2'), device: text('For example /dev/video0.'), ...videoSize }, closed),
  Type.Object(
    {
      kind: Type.Literal('rtsp'),
      url: text('rtsp:// or rtsps:// with a LAN address.'),
      transport: Type.Union([Type.Literal('tcp'), Type.Literal('udp')], { default: 'tcp' }),
      ...videoSize,
    },
    closed,
  ),
  Type.Object(
    {
      kind: Type.Literal('stills'),
      folder: text('Folder of JPEG or PNG files, relative to the configuration file.'),
      framesPerSecond: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 60 })),
      repeat: Type.Union([Type.Literal('once'), Type.Literal('loop')], { default: 'loop' }),
    },
    closed,
  ),
  Type.Object(
    { kind: Type.Literal('webcam'), device: Type.Optional(text('Device name for node-webcam.')), ...videoSize },
    closed,
  ),
]);

const camera = Type.Object(
  {
    id: id('Name of the camera.'),
    source: cameraSource,
    captureZone: Type.Object(
      { polygon: Type.Array(point, { minItems: 3, maxItems: 32 }) },
      { ...closed, description: 'Corners in 0..1 of the picture; a face outside is dropped at detection (M13.2).' },
    ),
  },
  closed,
);

const door = Type.Object(
  {
    id: id('Name of the door as panels use it.'),
    camera: Type.Optional(id('Camera that watches it; without one the door has PIN and card only.')),
  },
  closed,
);

const face = Type.Object(
  {
    enabled: Type.Boolean({ description: 'Off: PIN and card only, no camera is opened.' }),
    method: Type.Union([Type.Literal('1:1'), Type.Literal('1:N')], {
      default: '1:1',
      description: '1:1: a card or person number names the person. 1:N needs an assessment that justifies it (M4.3).',
    }),
    identificationJustification: Type.Optional(
      Type.Object(
        {
          assessmentId: text('`id` of the impact assessment that justifies 1:N.'),
          statement: text('Why 1:1 does not do.'),
        },
        {
          ...closed,
          description: 'M4.3: a must for 1:N; face mode stays off unless the valid assessment has this id.',
        },
      ),
    ),
    falseMatchRate: Type.Number({
      exclusiveMinimum: 0,
      maximum: 0.01,
      default: 0.0001,
      description: 'Wanted FMR of a 1:1 verification.',
    }),
    falsePositiveIdentificationRate: Type.Number({
      exclusiveMinimum: 0,
      maximum: 0.1,
      default: 0.01,
      description: 'Wanted FPIR of a 1:N identification over the whole gallery.',
    }),
    unmeasuredFalseMatchRate: Type.Optional(
      Type.Object(
        {
          acceptedBy: text('Who accepts it, by name.'),
          on: date('When.'),
          statement: text('What is accepted, and why.'),
        },
        {
          ...closed,
          description:
            'A person accepts that false match rates below what the model pack’s evaluation measured are extrapolated (at most to a hundredth). Without it they are refused.',
        },
      ),
    ),
    minFrames: Type.Integer({
      minimum: 2,
      maximum: 30,
      default: 3,
      description: 'Usable frames before a grant; one lucky frame never opens a gate.',
    }),
    maxFrames: Type.Integer({
      minimum: 3,
      maximum: 120,
      default: 12,
      description: 'Usable frames after which the evidence is final.',
    }),
    minInterEyeDistancePx: Type.Optional(
      Type.Number({ minimum: 16, maximum: 400, description: 'Keeps far-away people out (D10).' }),
    ),
    attackDetection: Type.Union([Type.Literal('standard'), Type.Literal('strict')], {
      default: 'standard',
      description:
        'standard: every cue that the pack counts must be assessed, and together they must say bona fide. strict: every cue there is; with one that cannot be assessed nobody is granted by face alone.',
    }),
    activeChallenge: Type.Union([Type.Literal('off'), Type.Literal('on')], {
      default: 'off',
      description:
        'on: before a grant by face the person answers prompts in random order (turn left or right, come nearer, and with a model pack that sees it close the eyes for a moment), shown as `guidance`. Whoever cannot or does not in time is sent to PIN or card.',
    }),
    secondFactor: Type.Union([Type.Literal('none'), Type.Literal('card-or-pin')], {
      default: 'none',
      description:
        'card-or-pin: a face alone never grants; the claim must be a card, or a person number with its PIN, or a subject id named by the act of showing a card. A presentation attack that is missed then opens nothing, so that attack detection is no longer critical.',
    }),
  },
  closed,
);

const credentials = Type.Object(
  {
    pin: Type.Object(
      { enabled: Type.Boolean(), minDigits: Type.Integer({ minimum: 6, maximum: 12, default: 6 }) },
      { ...closed, description: 'Person number with a PIN of 6 to 12 digits.' },
    ),
    card: Type.Object(
      {
        enabled: Type.Boolean(),
        pinRequired: Type.Boolean({ default: false, description: 'A card alone does not open; the PIN must follow.' }),
      },
      closed,
    ),
  },
  { ...closed, description: 'The other ways in. At least one must be enabled (M10.1).' },
);

export const keySource = Type.Union([
  Type.Object({ kind: Type.Literal('file'), path: text('32 bytes, mode 0600.') }, closed),
  Type.Object({ kind: Type.Literal('passphrase') }, closed),
  Type.Object({ kind: Type.Literal('systemd-credential'), name: text('Name of the credential.') }, closed),
  Type.Object(
    {
      kind: Type.Literal('tpm'),
      path: text('The key, sealed by the TPM: useless without that TPM. Relative to the configuration file.'),
      pcrs: Type.Optional(
        Type.String({
          pattern: '^(sha1|sha256|sha384):\\d{1,2}(,\\d{1,2})*$',
          description: 'What must be as it was for the TPM to give the key, such as sha256:7 (secure boot).',
        }),
      ),
      tcti: Type.Optional(text('How to reach the TPM, such as device:/dev/tpmrm0; default: what tpm2-tools choose.')),
      counterHandle: Type.Optional(
        Type.String({
          pattern: '^0x01[0-9a-fA-F]{6}$',
          description: 'NV index of a counter that tells when an old copy of the store is put back.',
        }),
      ),
    },
    closed,
  ),
]);

export const configSchema = Type.Object(
  {
    mode: Type.Union([Type.Literal('live'), Type.Literal('demonstration')], { default: 'live' }),
    device: Type.Object({ id: id('Stands in every decision.') }, closed),
    site: siteSchema,
    doors: Type.Array(door, { minItems: 1, maxItems: 16 }),
    cameras: Type.Array(camera, { maxItems: 8 }),
    access: Type.Optional(accessSchema),
    remoteCheck: Type.Optional(remoteCheckSchema),
    screen: Type.Optional(screenSchema),
    face,
    credentials,
    events: eventsSchema,
    cameraFaults: Type.Object(
      {
        blackBelowLuminance: Type.Number({ minimum: 0, maximum: 1, default: 0.05 }),
        coveredBelowSpread: Type.Number({ minimum: 0, maximum: 1, default: 0.02 }),
        frozenBelowDifference: Type.Number({ minimum: 0, maximum: 1, default: 0.00001 }),
        lastsMs: Type.Integer({ minimum: 1000, maximum: 600000, default: 10000 }),
      },
      {
        ...closed,
        default: {},
        description:
          'When pictures that arrive are of no use. Defaults: well below what three ordinary recordings showed (mean 0.33 to 0.60, spread 0.14 to 0.33); covered lenses were not measured.',
      },
    ),
    verification: Type.Object(
      {
        defaultTimeoutMs: Type.Integer({ minimum: 1000, maximum: 120000, default: 15000 }),
        decisionValidMs: Type.Integer({ minimum: 500, maximum: 60000, default: 5000 }),
        reviewValidMs: Type.Integer({
          minimum: 10000,
          maximum: 600000,
          default: 120000,
          description: 'How long staff may answer a face match that waits for them (D12, D16).',
        }),
      },
      { ...closed, default: {} },
    ),
    inspection: Type.Object(
      {
        intervalDays: Type.Integer({ minimum: 1, maximum: 366, default: 365, description: 'At least yearly (D19a).' }),
        graceDays: Type.Integer({ minimum: 0, maximum: 90, default: 30 }),
        whenOverdue: Type.Union([Type.Literal('warn'), Type.Literal('face-off')], {
          default: 'face-off',
          description: 'What happens when the grace period ends without an inspection; card and PIN go on.',
        }),
      },
      { ...closed, default: {}, description: 'The yearly inspection of security and risk.' },
    ),
    clock: Type.Object(
      {
        jumpToleranceMs: Type.Integer({ minimum: 1000, maximum: 3600000, default: 60000 }),
        maxDowntimeHours: Type.Number({
          minimum: 0,
          maximum: 720,
          default: 72,
          description: 'A longer gap between two boots must be confirmed.',
        }),
      },
      { ...closed, default: {} },
    ),
    http: Type.Object(
      {
        host: Type.String({ default: '127.0.0.1', minLength: 1 }),
        port: Type.Integer({ minimum: 0, maximum: 65535, default: 8460 }),
        publicUrl: Type.Optional(
          Type.String({
            maxLength: 200,
            description:
              'How phones on the LAN reach this terminal, such as https://10.0.0.5:8460; printed on the sign as a code that opens the full notice. Without it the sign says where else to read it.',
          }),
        ),
        tls: Type.Optional(listenerTlsSchema),
        panels: Type.Union([Type.Literal('key-or-certificate'), Type.Literal('certificate')], {
          default: 'key-or-certificate',
          description:
            'certificate: whoever calls as a panel must show a certificate of the device’s authority (menshen panels invite); bearer keys of the role panel open nothing. key-or-certificate: either does.',
        }),
      },
      { ...closed, default: {} },
    ),
    security: securitySchema,
    isapi: isapiSchema,
    store: Type.Object(
      {
        folder: text('Where the encrypted store lives, relative to the configuration file.'),
        key: keySource,
        auditReserveMiB: Type.Integer({
          minimum: 1,
          maximum: 1024,
          default: 16,
          description: 'Disk space kept back for audit records.',
        }),
        witnessFile: Type.Optional(
          text(
            'A small file outside the store’s folder, on another disk or a share that only the service can write: it tells when an old copy of the whole folder is put back.',
          ),
        ),
      },
      closed,
    ),
    audit: Type.Object(
      {
        keepYears: Type.Integer({
          minimum: 3,
          maximum: 100,
          default: 3,
          description: 'Older entries are replaced by a signed checkpoint; three years at least (M9.4).',
        }),
      },
      { ...closed, default: {} },
    ),
    syslog: Type.Optional(syslogSchema),
    models: Type.Object(
      { folder: Type.Optional(text('Model pack folder; default: the pack of the set-up.')) },
      { ...closed, default: {} },
    ),
    log: Type.Object(
      {
        level: Type.Union([Type.Literal('debug'), Type.Literal('info'), Type.Literal('warn'), Type.Literal('error')], {
          default: 'info',
        }),
      },
      { ...closed, default: {} },
    ),
  },
  { ...closed, $id: 'MenshenConfiguration' },
);

export type Config = Static<typeof configSchema>;
export type CameraConfig = Config['cameras'][number];
export type DoorConfig = Config['doors'][number];
export type RemoteCheckConfig = NonNullable<Config['remoteCheck']>;
export type ScreenConfig = NonNullable<Config['screen']>;
