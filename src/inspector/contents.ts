import type { AuditVerification } from '../audit/index.js';
import type { Config } from '../config/index.js';
import { canonicalJson } from '../crypto/index.js';
import type { Languages } from '../language/index.js';
import { runtimeFacts } from '../platform/index.js';
import type { AuditRow, Checkpoint, DocumentKind, ReceiptRow, Store } from '../store/index.js';
import { redactedConfig } from './redact.js';
import type { SoftwareFile } from './software.js';
import type { BundlePart } from './zip-stream.js';

/** What the bundle tells of, handed in by the rooms that know. */
export interface BundleSources {
  readonly store: Store;
  readonly config: Config;
  readonly version: string;
  readonly languages: Languages;
  readonly verifyAudit: () => Promise<AuditVerification>;
  /** Counting and filing duties, with the count ledger. */
  readonly filing: () => unknown;
  /** What records are kept how long. */
  readonly keeping: () => unknown;
  /** Who is due when; counts only. */
  readonly retentionForecast: () => unknown;
  /** The model pack’s manifest as it lies there: thresholds with the evaluations they came from. */
  readonly modelManifest: () => Promise<string | undefined>;
  /** The reports of those evaluations that are kept beside the pack: file name and text. */
  readonly evaluationReports: () => Promise<readonly EvaluationReportFile[]>;
  readonly software: () => Promise<readonly SoftwareFile[]>;
}

export interface EvaluationReportFile {
  readonly name: string;
  readonly text: string;
}

export interface BundleRequest {
  /** Id of who asked. */
  readonly by: string;
  readonly madeAtMs: number;
  readonly auditFrom: number;
  readonly auditTo: number;
  /** Routes with roles, listeners, where the device itself connects to. */
  readonly interfaces: unknown;
  readonly compliance?: (() => Promise<unknown>) | undefined;
}

/** All versions of these are handed out; they are texts about the site, not about people at the gate. */
const documentKinds: readonly DocumentKind[] = [
  'notice',
  'notice-text',
  'notice-display',
  'sign-declaration',
  'assessment',
  'decommission',
];

/** Kinds whose bodies know people by pseudonym alone. */
const receiptKinds: ReadonlySet<string> = new Set(['purge', 'withdrawal', 'complaint']);

export const publicKeyFile = 'device.json';
export const checkpointFile = 'audit/checkpoint.json';
/** What stands for the entries that are past their keeping period. */
export const prunedFile = 'audit/pruned.json';
export const auditFolder = 'audit/entries-';
/** So many entries a file: one that a text editor still opens. */
const entriesPerFile = 10_000;
const pageSize = 200;

/** Everything but the manifest, always in this order. */
export async function* contents(sources: BundleSources, request: BundleRequest): AsyncGenerator<BundlePart> {
  const { store, config } = sources;
  yield text('README.txt', readme(sources, request));
  yield json(publicKeyFile, deviceOf(sources));
  yield json('configuration.json', redactedConfig(config));
  for (const kind of documentKinds) yield* documents(store, kind);
  yield json('counts.json', { filing: sources.filing(), records: sources.keeping() });
  yield json('retention.json', { ...config.site.retention, forecast: sources.retentionForecast() });
  yield json('consents.json', store.recordAges.consents(request.madeAtMs));
  yield { name: 'receipts.ndjson', content: receipts(store) };
  if (request.compliance !== undefined) yield json('compliance.json', await request.compliance());
  yield json('interfaces.json', request.interfaces);
  const manifest = await sources.modelManifest();
  if (manifest !== undefined) yield text('models/manifest.json', manifest);
  for (const report of await sources.evaluationReports()) yield text(`models/evaluations/${report.name}`, report.text);
  yield json('software.json', softwareOf(sources, await sources.software()));
  yield json('audit/verification.json', await sources.verifyAudit());
  yield json(checkpointFile, checkpoint(sources, request));
  const pruned = store.checkpoints.newest();
  if (pruned !== undefined) yield json(prunedFile, signedText(pruned));
  yield* auditFiles(store, request.auditFrom, request.auditTo);
}

function deviceOf({ store, config, version }: BundleSources) {
  const { keyId, publicKey } = store.signingKey;
  return {
    deviceId: config.device.id,
    mode: config.mode,
    version,
    keyId,
    publicKey: Buffer.from(publicKey).toString('base64'),
    algorithm: 'Ed25519',
    successions: successionsOf(store),
  };
}

/** How the key came after those before it, which older entries and receipts are signed with. */
function successionsOf({ signers }: Store) {
  return signers.list().flatMap(({ succession }) => {
    if (succession === undefined) return [];
    const { statement, byItself, byPrevious } = succession;
    return [{ statement, byItself: base64(byItself), byPrevious: base64(byPrevious) }];
  });
}

function softwareOf({ version }: BundleSources, files: readonly SoftwareFile[]) {
  return {
    product: `Menshen ${version}`,
    ...runtimeFacts(),
    files,
  };
}

/** Signed: written down elsewhere it anchors every entry before it. */
function checkpoint({ store, config }: BundleSources, { auditTo, madeAtMs }: BundleRequest) {
  const [row] = store.auditLog.page(auditTo - 1, 1);
  const body = canonicalJson({
    deviceId: config.device.id,
    seq: auditTo,
    hash: row === undefined ? '' : hex(row.hash),
    madeAt: new Date(madeAtMs).toISOString(),
  });
  const { signingKey } = store;
  return { body, keyId: signingKey.keyId, signature: base64(signingKey.sign(body)) };
}

const signedText = ({ body, keyId, signature }: Checkpoint) => ({ body, keyId, signature: base64(signature) });

function* documents(store: Store, kind: DocumentKind): Generator<BundlePart> {
  const newest = store.documents.newest(kind)?.version ?? 0;
  for (let version = 1; version <= newest; version += 1) {
    const row = store.documents.get(kind, version);
    if (row === undefined) continue;
    const { hash, atMs, body } = row;
    const name = `documents/${kind}-${String(version).padStart(5, '0')}.json`;
    yield json(name, { kind, version, hash, recordedAt: iso(atMs), body: parsed(body) });
  }
}

async function* receipts(store: Store): AsyncGenerator<Uint8Array> {
  let place = 0;
  for (;;) {
    const page = store.receipts.page(place, pageSize);
    const shown = page.filter(({ receipt }) => receiptKinds.has(receipt.kind));
    yield lines(shown.map(({ receipt }) => receiptLine(receipt)));
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return;
    place = last.place;
    await turn();
  }
}

function* auditFiles(store: Store, from: number, to: number): Generator<BundlePart> {
  for (let first = from; first <= to; first += entriesPerFile) {
    const last = Math.min(to, first + entriesPerFile - 1);
    yield { name: `${auditFolder}${String(first).padStart(10, '0')}.ndjson`, content: entries(store, first, last) };
  }
}

async function* entries(store: Store, first: number, last: number): AsyncGenerator<Uint8Array> {
  let after = first - 1;
  while (after < last) {
    const rows = store.auditLog.page(after, Math.min(pageSize, last - after));
    const end = rows.at(-1);
    if (end === undefined) return;
    yield lines(rows.filter(({ seq }) => seq <= last).map(entryLine));
    after = end.seq;
    await turn();
  }
}

const entryLine = ({ prevHash, hash, signature, ...row }: AuditRow) => ({
  ...row,
  prevHash: hex(prevHash),
  hash: hex(hash),
  signature: base64(signature),
});

const receiptLine = ({ id, kind, body, keyId, signature }: ReceiptRow) => ({
  id,
  kind,
  body,
  keyId,
  signature: base64(signature),
});

function readme({ store, config, version, languages }: BundleSources, { by, madeAtMs }: BundleRequest): string {
  const said = [
    'title',
    'about',
    'absent',
    'names',
    'attested',
    'ciphers',
    'chain',
    'unconfirmed',
    'evaluation',
    'verify',
  ];
  const values = { deviceId: config.device.id, at: iso(madeAtMs), by, version, keyId: store.signingKey.keyId };
  return ['zh', 'en']
    .map((tag) => languages.texts(tag, 'inspector'))
    .map((texts) => said.map((key) => texts.say(key, values)).join('\n\n'))
    .join('\n\n----\n\n')
    .concat('\n');
}

/** Callers at the gate are answered between two pages. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const encoder = new TextEncoder();
const text = (name: string, words: string): BundlePart => ({ name, content: [encoder.encode(words)] });
export const json = (name: string, value: unknown): BundlePart =>
  text(name, `${JSON.stringify(value ?? null, null, 2)}\n`);
const lines = (values: readonly unknown[]): Uint8Array =>
  encoder.encode(values.map((value) => `${JSON.stringify(value)}\n`).join(''));
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const iso = (ms: number): string => new Date(ms).toISOString();

/** Documents are JSON; one that is not is handed out as it is. */
function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
