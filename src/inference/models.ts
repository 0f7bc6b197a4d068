import './no-telemetry.js';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { MenshenError } from '../core/index.js';
import { type ModelFileOf, type ModelRole, modelRoles } from './manifest-schema.js';
import type { ModelPack } from './pack.js';
import { prepareModel } from './prepare/prepare-model.js';

export interface ModelOptions {
  /** Threads inside one model run; 1 keeps the other cores free for panels. */
  readonly threads: number;
}

export interface Models {
  readonly pack: ModelPack;
  spec<R extends ModelRole>(role: R): ModelFileOf<R>;
  /**
   * Runs one model on a planar tensor (`dims` default to the declared shape) and gives its outputs by name. The caller
   * owns and wipes both input and outputs. Error: `inference-failed`.
   */
  run(role: ModelRole, input: Float32Array, dims?: readonly number[]): Promise<ModelOutputs>;
  /** Runs every model on zeros: the runtime's arenas are reused and then hold no person's embedding. */
  scrub(): Promise<void>;
  close(): Promise<void>;
}

export type ModelOutputs = Readonly<Record<string, Float32Array>>;

/**
 * Opens a session per model. ONNX Runtime computes on the calling thread and blocks it: open and run the models in a
 * worker or a child process, never in the thread that serves HTTP.
 *
 * Errors: `model-pack-invalid` (the runtime cannot load a model, or its input is not the declared one).
 */
export async function openModels(pack: ModelPack, options: ModelOptions = { threads: 1 }): Promise<Models> {
  const sessions = new Map<ModelRole, InferenceSession>();
  const models = new OnnxModels(pack, sessions);
  try {
    for (const role of modelRoles) sessions.set(role, await openSession(pack, models.spec(role), options));
  } catch (thrown) {
    await models.close();
    throw thrown;
  }
  return models;
}

class OnnxModels implements Models {
  readonly pack: ModelPack;
  readonly #sessions: Map<ModelRole, InferenceSession>;

  constructor(pack: ModelPack, sessions: Map<ModelRole, InferenceSession>) {
    this.pack = pack;
    this.#sessions = sessions;
  }

  spec<R extends ModelRole>(role: R): ModelFileOf<R> {
    const file = this.pack.manifest.files.find((candidate): candidate is ModelFileOf<R> => candidate.role === role);
    if (!file) throw new MenshenError('model-pack-invalid', `the pack declares no model for ${role}.`);
    return file;
  }

  async run(role: ModelRole, input: Float32Array, dims?: readonly number[]): Promise<ModelOutputs> {
    const session = this.#sessions.get(role);
    if (!session) throw new MenshenError('inference-failed', `the ${role} model is closed.`);
    const { name, shape } = this.spec(role).input;
    try {
      const tensor = new Tensor('float32', input, [...(dims ?? shape)]);
      // Not into tensors of our own: the binding then makes one more copy of every output, which nobody can wipe.
      const outputs = await session.run({ [name]: tensor });
      return Object.fromEntries(Object.entries(outputs).map(([key, output]) => [key, floatsOf(output)]));
    } catch (cause) {
      throw new MenshenError('inference-failed', `the ${role} model did not run; the log has the cause.`, { cause });
    }
  }

  async scrub(): Promise<void> {
    for (const role of this.#sessions.keys()) {
      const length = this.spec(role).input.shape.reduce((product, side) => product * side, 1);
      await this.run(role, new Float32Array(length));
    }
  }

  async close(): Promise<void> {
    const open = [...this.#sessions.values()];
    this.#sessions.clear();
    for (const session of open) await session.release();
  }
}

async function openSession(
  pack: ModelPack,
  spec: ModelFileOf<ModelRole>,
  { threads }: ModelOptions,
): Promise<InferenceSession> {
  const bytes = pack.bytes.get(spec.role);
  if (!bytes) throw new MenshenError('model-pack-invalid', `the bytes of ${spec.file} were not loaded.`);
  // Prepared anew at every start, from the bytes whose hash was checked: no prepared file has to be trusted.
  const session = await createSession(prepareModel(bytes).bytes, spec.file, threads);
  const declared = session.inputMetadata.find((input) => input.name === spec.input.name);
  const shape = declared?.isTensor ? declared.shape : [];
  if (shape.join('x') !== spec.input.shape.join('x')) {
    await session.release();
    throw new MenshenError(
      'model-pack-invalid',
      `${spec.file}: the manifest declares input ${spec.input.name} of ${spec.input.shape.join('x')}, ` +
        `the file has ${shape.join('x') || 'no such input'}. Correct the manifest.`,
    );
  }
  return session;
}

async function createSession(bytes: Uint8Array, file: string, threads: number): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(bytes, {
      executionProviders: ['cpu'],
      graphOptimizationLevel: 'all',
      executionMode: 'sequential',
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      logSeverityLevel: 3,
      // With memory patterns, copies of an embedding survived in the arena after a scrub; without, none did.
      enableMemPattern: false,
      // Denormals made the embedding six times slower on some processors; the preparation takes them out of the weights,
      // and this out of what the models of other packs compute on the way. No result moves by more than rounding.
      extra: { session: { set_denormal_as_zero: '1' } },
    });
  } catch (cause) {
    throw new MenshenError('model-pack-invalid', `${file} cannot be loaded by the runtime.`, { cause });
  }
}

function floatsOf(tensor: InferenceSession.OnnxValueMapType[string]): Float32Array {
  if (tensor instanceof Tensor && tensor.data instanceof Float32Array) return tensor.data;
  throw new MenshenError('inference-failed', 'a model gave something other than 32-bit floats.');
}
