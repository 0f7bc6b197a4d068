import { type AuditPort, type Clock, MenshenError } from '../core/index.js';
import { type BundleRequest, type BundleSources, contents, json } from './contents.js';
import { type BundlePart, type WrittenFile, zipStream } from './zip-stream.js';

export interface InspectorParts extends BundleSources {
  readonly audit: AuditPort;
  readonly clock: Clock;
}

export type BundleOrder = Pick<BundleRequest, 'by' | 'interfaces' | 'compliance'> & {
  /** First audit entry to hand out; a former bundle had the ones before. Default: the oldest that is kept. */
  readonly auditFrom?: number;
};

export const manifestFile = 'manifest.json';
export const signatureFile = 'signature.json';

/** The inspector’s bundle (M17): read-only, signed, one at a time, and that it was made is recorded first. */
export class Inspector {
  readonly #parts: InspectorParts;
  #busy = false;

  constructor(parts: InspectorParts) {
    this.#parts = parts;
  }

  /**
   * Begins a bundle.
   *
   * @returns the zip as it is made; nothing of it is kept. Who stops reading ends it.
   * @throws MenshenError `conflict` while another one is being made, `body-invalid`, `store-full`.
   */
  open(order: BundleOrder): AsyncGenerator<Uint8Array> {
    if (this.#busy)
      throw new MenshenError('conflict', 'Another bundle is being made. Wait until it is there, then ask again.');
    const { audit, clock, store } = this.#parts;
    const oldest = (store.checkpoints.newest()?.seq ?? 0) + 1;
    const { by, auditFrom = oldest, interfaces, compliance } = order;
    if (auditFrom < oldest)
      throw new MenshenError(
        'body-invalid',
        `auditFrom: entries before ${oldest} are past their keeping period; a signed checkpoint stands for them. Leave it out, or name ${oldest} or a later one.`,
      );
    if (auditFrom > (store.auditLog.newest()?.seq ?? 0) + 1)
      throw new MenshenError('body-invalid', 'auditFrom: the audit does not reach that far. Name an earlier entry.');
    // Nobody gets one without a trace.
    const { seq } = audit.append('inspector.bundle-made', { by, auditFrom });
    const madeAtMs = Math.round(clock.wallMs());
    return this.#stream({ by, madeAtMs, auditFrom, auditTo: seq, interfaces, compliance });
  }

  async *#stream(request: BundleRequest): AsyncGenerator<Uint8Array> {
    if (this.#busy) throw new MenshenError('conflict', 'Another bundle is being made.');
    this.#busy = true;
    try {
      const files: WrittenFile[] = [];
      yield* zipStream(this.#all(request, files), (file) => void files.push(file));
    } finally {
      this.#busy = false;
    }
  }

  async *#all(request: BundleRequest, files: readonly WrittenFile[]): AsyncGenerator<BundlePart> {
    yield* contents(this.#parts, request);
    const manifest = this.#manifest(request, files);
    yield { name: manifestFile, content: [manifest] };
    const { signingKey } = this.#parts.store;
    yield json(signatureFile, {
      covers: `${manifestFile}, byte for byte`,
      algorithm: 'Ed25519',
      keyId: signingKey.keyId,
      signature: Buffer.from(signingKey.sign(manifest)).toString('base64'),
    });
  }

  #manifest({ by, madeAtMs, auditFrom, auditTo }: BundleRequest, files: readonly WrittenFile[]): Uint8Array {
    const { config, version } = this.#parts;
    const manifest = {
      format: 'menshen-inspector-bundle-1',
      deviceId: config.device.id,
      mode: config.mode,
      product: `Menshen ${version}`,
      madeAt: new Date(madeAtMs).toISOString(),
      madeBy: by,
      audit: { from: auditFrom, to: auditTo },
      files,
    };
    return new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`);
  }
}
