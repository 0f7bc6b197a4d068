/** The one registry of error codes: what happened, what to do, which HTTP status and which exit code it maps to. */

interface ErrorKind {
  /** RFC 9457 status; 500 never shows the detail to a client. */
  readonly status: number;
  readonly title: string;
  /** Exit code of the command line: 2 usage, 3 set-up or configuration, 4 store or key, 5 refused, 6 busy or absent, 70 internal. */
  readonly exitCode: number;
}

const kind = (status: number, exitCode: number, title: string): ErrorKind => ({ status, exitCode, title });

export const errorRegistry = {
  'config-invalid': kind(500, 3, 'The configuration is not valid'),
  'site-refused': kind(500, 3, 'This site cannot be started'),
  'language-invalid': kind(500, 3, 'A language file is not valid'),
  'language-unknown': kind(404, 2, 'There are no texts in this language'),
  'sign-unprintable': kind(422, 3, 'The sign cannot be printed'),
  'wording-refused': kind(500, 3, 'This wording is not allowed'),
  'listener-refused': kind(500, 3, 'This listener is not allowed'),
  'model-pack-invalid': kind(500, 3, 'The model pack is not valid'),
  'model-pack-altered': kind(500, 3, 'A model file is not the one the manifest names'),
  'model-drift': kind(503, 3, 'The models do not give what they gave when the pack was prepared'),
  'inference-failed': kind(500, 70, 'The recognition models failed'),
  'vision-down': kind(503, 6, 'Recognition is not running'),
  'camera-unavailable': kind(503, 6, 'The camera gives no pictures'),
  'recording-unreadable': kind(422, 3, 'The recording cannot be read'),
  'picture-unreadable': kind(422, 2, 'The picture cannot be read'),
  'picture-refused': kind(422, 2, 'The picture is refused'),
  'addon-unavailable': kind(500, 70, 'The native addon is not available'),
  'key-source-unusable': kind(500, 4, 'The root key cannot be read'),
  'key-file-exposed': kind(500, 4, 'The key file can be read by others'),
  'signature-missing': kind(500, 3, 'A signature is missing'),
  'signature-invalid': kind(500, 3, 'A signature is not valid'),
  'downgrade-refused': kind(500, 3, 'This is older than what was accepted'),
  'tpm-unusable': kind(500, 4, 'The TPM does not give the root key'),
  'rotation-refused': kind(409, 5, 'This key cannot be changed like that'),
  'backup-invalid': kind(422, 4, 'This backup cannot be used'),
  'store-rolled-back': kind(409, 4, 'An old copy of the store was put back'),
  'wrong-key': kind(500, 4, 'The root key does not open this store'),
  'store-missing': kind(500, 4, 'There is no store here'),
  'store-exists': kind(409, 4, 'There is a store here already'),
  'store-locked': kind(503, 6, 'The store is in use by another process'),
  'store-corrupt': kind(500, 4, 'The store is damaged'),
  'store-newer': kind(500, 4, 'The store was written by a newer version'),
  'store-full': kind(507, 4, 'The disk has no room for a record'),
  'store-failing': kind(507, 4, 'The disk does not take a record'),
  'integrity-violation': kind(500, 4, 'Stored data does not match its seal'),
  'audit-broken': kind(500, 4, 'The audit chain is broken'),
  'egress-refused': kind(500, 5, 'Nothing may be sent there'),
  'listener-invalid': kind(422, 2, 'This listener cannot be told of events'),
  'listener-unreachable': kind(502, 6, 'The listener does not answer'),
  'body-invalid': kind(400, 2, 'The request is not valid'),
  'body-too-large': kind(413, 2, 'The request is too large'),
  'headers-too-large': kind(431, 2, 'The headers of the request are too large'),
  'request-timeout': kind(408, 6, 'The request took too long to arrive'),
  'media-type-unsupported': kind(415, 2, 'This media type is not supported'),
  unauthenticated: kind(401, 5, 'Who are you?'),
  forbidden: kind(403, 5, 'Your role does not allow this'),
  'too-many-requests': kind(429, 5, 'Too many requests'),
  'not-found': kind(404, 2, 'There is no such thing here'),
  conflict: kind(409, 5, 'This contradicts what is there'),
  'idempotency-conflict': kind(422, 2, 'This idempotency key was used for another request'),
  'proof-refused': kind(403, 5, 'You were not recognised'),
  'act-refused': kind(409, 5, 'This is not open to you here and now'),
  'visit-ended': kind(404, 5, 'This visit has ended'),
  'purpose-refused': kind(403, 5, 'Another purpose than the site declared'),
  'door-unknown': kind(404, 2, 'There is no such door'),
  'camera-busy': kind(409, 6, 'The camera is busy with another verification'),
  'check-refused': kind(409, 5, 'This answer to a check does not count'),
  'verification-ended': kind(409, 5, 'The verification has ended'),
  'method-not-allowed': kind(422, 5, 'This method is not allowed here'),
  'act-missing': kind(422, 2, 'The evidence of the person’s act is missing'),
  'consent-required': kind(409, 5, 'There is no valid consent'),
  'guardian-required': kind(409, 5, 'A guardian must consent'),
  'review-date-invalid': kind(422, 2, 'This cannot be the date of a 14th birthday'),
  'notice-outdated': kind(409, 5, 'The notice has changed'),
  'second-person-required': kind(403, 5, 'Another person must do this'),
  'self-test-failed': kind(409, 4, 'The self-test failed'),
  'inspection-incomplete': kind(422, 2, 'The inspection is not complete'),
  'assessment-invalid': kind(422, 2, 'The impact assessment is incomplete'),
  'face-mode-off': kind(409, 5, 'Face mode is off'),
  'enrolment-failed': kind(422, 5, 'The enrolment did not succeed'),
  'pairing-refused': kind(403, 5, 'This code pairs no screen'),
  'panel-refused': kind(403, 5, 'This code lets no panel in'),
  'csr-refused': kind(422, 2, 'The certificate request is refused'),
  'enrolment-cancelled': kind(409, 5, 'The enrolment was ended'),
  'renewal-not-due': kind(409, 5, 'No renewal of the template is due'),
  'duplicate-face': kind(409, 5, 'This face is enrolled already'),
  'threshold-unsupported': kind(409, 3, 'The evaluation does not support this false match rate'),
  'dataset-invalid': kind(422, 2, 'This folder cannot be evaluated'),
  'evaluation-invalid': kind(422, 2, 'The evaluation cannot be used'),
  'calibration-refused': kind(409, 5, 'The calibration is refused'),
  'expiry-invalid': kind(422, 2, 'The expiry is not valid'),
  'clock-suspect': kind(409, 5, 'The clock must be confirmed first'),
  'filing-incomplete': kind(409, 5, 'The filing package is incomplete'),
  'bundle-invalid': kind(422, 4, 'The inspector’s bundle does not hold'),
  'not-compliant': kind(409, 5, 'Obligations are not met'),
  'receipt-invalid': kind(422, 5, 'This receipt does not hold'),
  decommissioned: kind(409, 5, 'The use of this device has ended'),
  'keep-period': kind(409, 5, 'This record must be kept'),
  'service-unreachable': kind(503, 6, 'The service does not answer'),
  'setup-failed': kind(500, 3, 'Set-up did not finish'),
  internal: kind(500, 70, 'Something went wrong inside'),
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof errorRegistry;

/** One field of a form or a body that does not fit; the codes are those of the room that checked it. */
export interface FieldProblem {
  readonly field: string;
  readonly code: string;
}

/**
 * The only error this product throws on purpose.
 *
 * `detail` tells the person what happened and what to do, and may be shown to them; `cause` is for the log only.
 */
export class MenshenError extends Error {
  override readonly name = 'MenshenError';
  readonly code: ErrorCode;
  readonly detail: string;
  /** Every field that does not fit, where what was checked is a form. */
  readonly fields: readonly FieldProblem[] | undefined;

  constructor(code: ErrorCode, detail: string, options?: { cause?: unknown; fields?: readonly FieldProblem[] }) {
    super(`${errorRegistry[code].title}: ${detail}`, options);
    this.code = code;
    this.detail = detail;
    this.fields = options?.fields;
  }

  get status(): number {
    return errorRegistry[this.code].status;
  }

  get exitCode(): number {
    return errorRegistry[this.code].exitCode;
  }
}

/** Nothing can be written now, for want of room or because the disk fails: what was tried can be tried again later. */
export function cannotBeWritten(thrown: unknown): thrown is MenshenError {
  return thrown instanceof MenshenError && (thrown.code === 'store-full' || thrown.code === 'store-failing');
}

/** Narrows an unknown caught value; anything else becomes `internal` with the original as cause. */
export function asMenshenError(thrown: unknown): MenshenError {
  if (thrown instanceof MenshenError) return thrown;
  return new MenshenError('internal', 'An unexpected fault; the log has the details.', { cause: thrown });
}

/** Ends a switch over a union: a new member that nobody handled becomes a compile error. */
export function assertNever(value: never): never {
  throw new MenshenError('internal', `unhandled case ${JSON.stringify(value)}`);
}
