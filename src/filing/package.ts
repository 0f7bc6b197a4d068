import { createHash } from 'node:crypto';
import type { SigningKey } from '../crypto/index.js';
import type { PersonCount } from './count.js';
import { chinaDate } from './dates.js';
import { type FilingDetails, peoplesMaterials } from './details.js';
import type { Duty, FilingType, Submission } from './duties.js';
import type { FiledFields } from './fields.js';
import { type FormRow, type FormTexts, formHtml } from './forms.js';
import type { PackageFile } from './zip.js';

/** The assessment that runs, as it was recorded. */
export interface CurrentAssessment {
  readonly version: number;
  readonly hash: string;
  readonly date: string;
  /** Its fields, whatever they are. */
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface PackageContent {
  readonly type: FilingType;
  readonly details: FilingDetails;
  readonly fields: FiledFields;
  readonly count: PersonCount;
  /** The open duty that it meets, where there is one. */
  readonly duty?: Duty;
  readonly filed?: Submission;
  readonly changedFields: readonly string[];
  readonly assessment?: CurrentAssessment;
  readonly disposal?: { readonly decommissionedOn: string; readonly facesLeft: number; readonly purgeReceipts: number };
  readonly deviceId: string;
  readonly version: string;
  readonly madeAtMs: number;
}

/** Where people file (announcement of the CAC, 2025-05-28); the product never calls it. */
export const filingPlace = {
  system: 'https://grxxbh.cacdtsc.cn',
  authority: 'cyberspace administration at provincial level or above (M15.1)',
  submittedBy: 'people, never this product (M15.5)',
} as const;

/** The package's files in order, the manifest and its signature last. @returns also the manifest's SHA-256. */
export function packageFiles(
  content: PackageContent,
  texts: FormTexts,
  signingKey: SigningKey,
): { readonly files: readonly PackageFile[]; readonly manifestSha256: string } {
  const files = documents(content, texts);
  const manifest = encoded(`${JSON.stringify(manifestOf(content, files), null, 2)}\n`);
  const signature = {
    covers: 'manifest.json, byte for byte',
    algorithm: 'Ed25519',
    keyId: signingKey.keyId,
    publicKey: Buffer.from(signingKey.publicKey).toString('base64'),
    signature: Buffer.from(signingKey.sign(manifest)).toString('base64'),
  };
  return {
    files: [
      ...files,
      { name: 'manifest.json', bytes: manifest },
      { name: 'manifest-signature.json', bytes: encoded(`${JSON.stringify(signature, null, 2)}\n`) },
    ],
    manifestSha256: sha256(manifest),
  };
}

function documents(content: PackageContent, texts: FormTexts): PackageFile[] {
  const { type, assessment } = content;
  const page = (name: string, title: string, rows: readonly FormRow[], notes: readonly string[]): PackageFile => ({
    name,
    bytes: encoded(formHtml(texts, title, rows, notes)),
  });
  return [
    page('01-processor-form.html', 'title.processor', processorRows(content), ['note.ownForm', 'note.level']),
    page('02-application-form.html', 'title.application', applicationRows(content), [
      ...['note.ownForm', 'note.countBasis', 'note.level'],
      ...(content.fields.access === 'public' ? ['note.draftPublicPlaces'] : []),
    ]),
    ...(assessment === undefined
      ? []
      : [
          page('03-assessment.html', 'title.assessment', assessmentRows(assessment), ['note.attested']),
          { name: '03-assessment.json', bytes: encoded(`${JSON.stringify(assessment, null, 2)}\n`) },
        ]),
    page('04-checklist.html', 'title.checklist', checklistRows(content), ['note.noScans', 'note.notSubmitted']),
    ...(type === 'change'
      ? [page('05-changes.html', 'title.changes', changeRows(content), ['note.notSubmitted'])]
      : []),
    ...(type === 'cancel'
      ? [page('05-cancellation.html', 'title.cancellation', cancellationRows(content), ['note.cancellation'])]
      : []),
  ];
}

function processorRows({ fields, details }: PackageContent): FormRow[] {
  const line = (name: keyof FilingDetails): FormRow => ({ key: `field.${name}`, value: String(details[name] ?? '') });
  return [
    { key: 'field.processorName', value: fields.processorName },
    line('unifiedCreditCode'),
    line('registeredAddress'),
    line('province'),
    line('legalRepresentative'),
    { key: 'field.contact', value: fields.contact },
    line('agentName'),
    line('agentPhone'),
    line('agentEmail'),
  ];
}

function applicationRows({ fields, count, duty, assessment, ...content }: PackageContent): FormRow[] {
  const { declared } = count;
  const yesNo = (yes: boolean) => ({ said: yes ? 'value.yes' : 'value.no' });
  const plain = (
    name: 'siteName' | 'siteType' | 'purposeCode' | 'purpose' | 'necessity' | 'retentionDays',
  ): FormRow => ({
    key: `field.${name}`,
    value: fields[name],
  });
  return [
    plain('siteName'),
    plain('siteType'),
    { key: 'field.access', value: yesNo(fields.access === 'public') },
    plain('purposeCode'),
    plain('purpose'),
    plain('necessity'),
    { key: 'field.method', value: { said: `value.method.${fields.method}` } },
    { key: 'field.dataTypes', value: fields.dataTypes.join(', ') },
    { key: 'field.personsStored', value: count.total },
    { key: 'field.personsHere', value: count.here },
    { key: 'field.personsElsewhere', value: count.elsewhere },
    {
      key: 'field.declared',
      value:
        declared === undefined
          ? { said: 'value.none' }
          : { said: 'value.declared', with: { by: declared.by, on: chinaDate(declared.atMs) } },
    },
    { key: 'field.thresholdDate', value: duty?.type === 'new' ? duty.since : { said: 'value.notReached' } },
    { key: 'field.dueDate', value: dueValue(duty) },
    plain('retentionDays'),
    { key: 'field.storageLocation', value: { said: 'value.thisDevice' } },
    { key: 'field.internetTransfer', value: yesNo(false) },
    { key: 'field.alternatives', value: fields.alternatives.join(', ') },
    { key: 'field.minorsEnrolled', value: yesNo(fields.minorsEnrolled) },
    { key: 'field.safeguards', value: { said: 'value.safeguards' } },
    {
      key: 'field.assessment',
      value:
        assessment === undefined
          ? { said: 'value.none' }
          : {
              said: 'value.assessment',
              with: {
                id: String(assessment.fields.id ?? ''),
                version: assessment.version,
                date: assessment.date,
                hash: assessment.hash,
              },
            },
    },
    {
      key: 'field.device',
      value: { said: 'value.device', with: { deviceId: content.deviceId, version: content.version } },
    },
  ];
}

function dueValue(duty: Duty | undefined): FormRow['value'] {
  if (duty === undefined) return { said: 'value.notReached' };
  return duty.dueOn === 'unknown' ? { said: 'value.unknown' } : duty.dueOn;
}

function assessmentRows({ fields, version, hash }: CurrentAssessment): FormRow[] {
  const rows = Object.entries(fields).map(([name, value]) => ({
    key: `assessment.${name}`,
    value: typeof value === 'string' ? value : JSON.stringify(value),
  }));
  return [...rows, { key: 'assessment.version', value: version }, { key: 'assessment.hash', value: hash }];
}

function checklistRows({ details, assessment }: PackageContent): FormRow[] {
  const prepared = { said: 'material.prepared' };
  return [
    { key: 'material.processorForm', value: prepared },
    { key: 'material.applicationForm', value: prepared },
    ...(assessment === undefined ? [] : [{ key: 'material.assessmentReport', value: prepared }]),
    ...peoplesMaterials.map((name) => ({ key: `material.${name}`, value: { said: 'material.declaredReady' } })),
    ...(details.otherMaterials ?? []).map((name) => ({ key: 'material.others', value: name })),
  ];
}

function changeRows({ changedFields, fields, filed }: PackageContent): FormRow[] {
  const now: Readonly<Record<string, unknown>> = { ...fields };
  return [
    { key: 'field.filedReference', value: filed?.reference ?? '' },
    ...changedFields.map((name) => ({
      key: `field.${name}`,
      value: {
        said: 'field.changedFromTo',
        with: { from: inWords(filed?.fields[name]), to: inWords(now[name]) },
      },
    })),
  ];
}

function cancellationRows({ filed, disposal }: PackageContent): FormRow[] {
  return [
    { key: 'field.filedReference', value: filed?.reference ?? '' },
    { key: 'field.decommissionedOn', value: disposal?.decommissionedOn ?? '' },
    { key: 'field.facesLeft', value: disposal?.facesLeft ?? '' },
    { key: 'field.purgeReceipts', value: disposal?.purgeReceipts ?? '' },
  ];
}

const inWords = (value: unknown): string => (Array.isArray(value) ? value.join(', ') : String(value ?? '-'));

function manifestOf(content: PackageContent, files: readonly PackageFile[]) {
  const { type, duty, count, filed, deviceId, version, madeAtMs } = content;
  return {
    format: 'menshen-filing-package-1',
    deviceId,
    product: `Menshen ${version}`,
    type,
    madeAt: new Date(madeAtMs).toISOString(),
    thresholdDate: duty?.type === 'new' ? duty.since : null,
    dueDate: duty?.dueOn ?? null,
    dateCertain: duty?.dateCertain ?? null,
    countBasis: duty?.countBasis ?? { here: count.here, elsewhere: count.elsewhere, total: count.total },
    changedFields: content.changedFields,
    formerReference: filed?.reference ?? null,
    submittedAt: null,
    reference: null,
    where: filingPlace,
    peoplesMaterials: peoplesMaterials.map((name) => ({ name, declaredReady: true, keptHere: false })),
    unconfirmedWording: type === 'cancel' ? ['M15.4: cancellation within 30 working days'] : [],
    files: files.map(({ name, bytes }) => ({ name, bytes: bytes.length, sha256: sha256(bytes) })),
  };
}

const encoder = new TextEncoder();
const encoded = (text: string): Uint8Array => encoder.encode(text);
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
