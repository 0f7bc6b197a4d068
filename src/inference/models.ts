import './no-telemetry.js';
import { env, InferenceSession, Tensor } from 'onnxruntime-node';
import { MenshenError } from '../core/index.js';
import type { ModelFileOf, ModelRole } from './manifest-schema.js';
import { type ModelOutputs, outputComplaint } from './outputs.js';
import type { ModelPack } from './pack.js';
import { prepareModel } from './prepare/prepare-model.js';

export interface ModelOptions {
  /** Threads inside one model run; 1 keeps the other cores free for panels. */
  readonly threads: number;
}

export interface Models {
  readonly pack: ModelPack;
  /** Roles that the pack has a model for. */
  readonly roles: readonly ModelRole[];
  /** Names of a model's outputs, in the file's order. */
  outputNames(role: ModelRole): readonly string[];
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

/**
 * Opens a session per model. ONNX Runtime computes on the calling thread and blocks it: open and run the models in a
 * worker or a child process, never in the thread that serves HTTP.
 *
 * Errors: `model-pack-invalid` (the runtime cannot load a model, an operator is unknown to it, or inputs or outputs are
 * not the declared ones: every model is run once on zeros to see).
 */
export async function openModels(pack: ModelPack, options: ModelOptions = { threads: 1 }): Promise<Models> {
  const sessions = new Map<ModelRole, InferenceSession>();
  const models = new OnnxModels(pack, sessions);
  try {
    for (const role of models.roles) {
      sessions.set(role, await openSession(pack, models.spec(role), options));
      await tryOutputs(models, role);
    }
  } catch (thrown) {
    await models.close();
    throw thrown;
  }
  return models;
}

/** For records of what was measured with what. */
export function runtimeVersion(): string {
  return env.versions.common;
}

class OnnxModels implements Models {
  readonly pack: ModelPack;
  readonly #sessions: Map<ModelRole, InferenceSession>;

  constructor(pack: ModelPack, sessions: Map<ModelRole, InferenceSession>) {
    this.pack = pack;
    this.#sessions = sessions;
  }

  get roles(): readonly ModelRole[] {
    return this.pack.manifest.files.map(({ role }) => role);
  }

  outputNames(role: ModelRole): readonly string[] {
    return this.#sessions.get(role)?.outputNames ?? [];
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
  const complaint = inputComplaint(session, spec.input);
  if (complaint === undefined) return session;
  await session.release();
  throw new MenshenError('model-pack-invalid', `${spec.file}: ${complaint}. Correct the manifest.`);
}

function inputComplaint(
  { inputMetadata }: InferenceSession,
  { name, shape }: ModelFileOf<ModelRole>['input'],
): string | undefined {
  const [other] = inputMetadata.filter((input) => input.name !== name);
  if (other !== undefined && inputMetadata.length > 1) return `the file has a second input, ${other.name}`;
  const [declared] = inputMetadata;
  const has = declared?.isTensor && declared.name === name ? declared : undefined;
  // A side that the file leaves open, by a name or by -1, takes any size.
  const fits = has?.shape.every((side, at) => typeof side === 'string' || side < 1 || side === shape[at]) === true;
  if (has !== undefined && has.type !== 'float32') return `its input ${name} takes ${has.type}, not float32`;
  if (fits && has?.shape.length === shape.length) return undefined;
  const found = has === undefined ? `no such input (but ${declared?.name ?? 'none'})` : has.shape.join('x');
  return `the manifest declares input ${name} of ${shape.join('x')}, the file has ${found}`;
}

/** What the decoders will read is there and has the length they take for granted. */
async function tryOutputs(models: OnnxModels, role: ModelRole): Promise<void> {
  const spec = models.spec(role);
  const complaint = outputComplaint(spec, await outputsOnZeros(models, role), models.outputNames(role));
  if (complaint !== undefined) throw new MenshenError('model-pack-invalid', `${spec.file}: ${complaint}.`);
}

async function outputsOnZeros(models: OnnxModels, role: ModelRole): Promise<ModelOutputs> {
  const { file, input } = models.spec(role);
  try {
    return await models.run(role, new Float32Array(input.shape.reduce((product, side) => product * side, 1)));
  } catch (cause) {
    const why = cause instanceof MenshenError && cause.cause instanceof MenshenError ? `: ${cause.cause.detail}` : '.';
    throw new MenshenError('model-pack-invalid', `${file} does not run on an input of the declared shape${why}`, {
      cause,
    });
  }
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
    const unknown = /No Op registered for (\w+)|implementation for (\w+)|(\S+?)\(-?\d+\) is not a registered/.exec(
      String(cause),
    );
    const operator = unknown?.slice(1).find((name) => name !== undefined);
    const why =
      operator === undefined ? '' : `: it does not know the operator ${operator}. Export the model without it`;
    throw new MenshenError('model-pack-invalid', `${file} cannot be loaded by the runtime${why}.`, { cause });
  }
}

function floatsOf(tensor: InferenceSession.OnnxValueMapType[string]): Float32Array {
  if (tensor instanceof Tensor && tensor.data instanceof Float32Array) return tensor.data;
  throw new MenshenError('inference-failed', 'a model gave something other than 32-bit floats.');
}
