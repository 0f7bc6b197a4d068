import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { onPath, stateFolder } from './context.mjs';
import { asFailure, diskFull, SetupFailure } from './failure.mjs';
import { nodeComplaint } from './node-version.mjs';
import { sizeText } from './progress.mjs';

/** The platforms that onnxruntime-node ships its library for. */
const platforms = ['linux-x64', 'linux-arm64', 'darwin-arm64', 'win32-x64', 'win32-arm64'];

/**
 * What must hold whether or not anything is missing.
 *
 * @param {import('./context.mjs').Probe} probe
 * @param {string} [nodeVersion]
 */
export function requireSupportedMachine({ platform, arch, libc }, nodeVersion = process.versions.node) {
  const complaint = nodeComplaint(nodeVersion);
  if (complaint !== undefined) throw new SetupFailure('unsupported', complaint);
  if (!platforms.includes(`${platform}-${arch}`))
    throw new SetupFailure(
      'unsupported',
      `The inference library has no build for ${platform}-${arch}. Use one of ${platforms.join(', ')}; ` +
        'on an Intel Mac, use a container (docker/).',
    );
  if (libc === 'musl')
    throw new SetupFailure(
      'unsupported',
      'The inference library needs glibc, and this system has musl (Alpine?). Use a glibc system such as Debian, or the container in docker/.',
    );
}

/**
 * What must hold before something missing is made: a folder that can be written, and room. Names what will be lacking.
 *
 * @param {import('./context.mjs').Context} context
 * @param {number} neededBytes
 * @returns {Promise<string>}
 */
export async function preflight(context, neededBytes) {
  await requireWritable(context.root);
  const freeBytes = await context.probe.freeBytes(context.root);
  if (freeBytes < neededBytes)
    throw diskFull(
      `The disk has ${sizeText(freeBytes)} left, and what is missing needs about ${sizeText(neededBytes)}.`,
    );
  const lacking = compilerLacks(context);
  if (lacking.length > 0)
    context.progress.say(
      `no ${lacking.join(', ')} found: without a compiler the slower TypeScript kernels are used. To have one: ${compilerRemedy(context)}`,
    );
  return `Node ${process.versions.node}, ${context.probe.platform}-${context.probe.arch}, ${sizeText(freeBytes)} free`;
}

/**
 * @param {import('./context.mjs').Context} context
 * @returns {string[]} what compiling a native part needs and this machine lacks
 */
export function compilerLacks(context) {
  const has = (/** @type {string[]} */ ...programs) => programs.some((program) => onPath(context, program));
  if (context.probe.platform === 'win32') return has('python', 'python3', 'py') ? [] : ['Python 3'];
  return [
    ...(has('c++', 'g++', 'clang++') || context.env.CXX ? [] : ['C++ compiler']),
    ...(has('make') ? [] : ['make']),
    ...(has('python3', 'python') ? [] : ['Python 3']),
  ];
}

/**
 * @param {import('./context.mjs').Context} context
 * @returns {string} the command that installs a compiler here
 */
export function compilerRemedy(context) {
  if (context.probe.platform === 'darwin') return '`xcode-select --install`';
  if (context.probe.platform === 'win32')
    return 'install Visual Studio Build Tools ("Desktop development with C++") and Python 3';
  const sudo = process.getuid?.() === 0 ? '' : 'sudo ';
  if (onPath(context, 'apt-get')) return `\`${sudo}apt-get install -y build-essential python3\``;
  if (onPath(context, 'dnf')) return `\`${sudo}dnf install -y gcc-c++ make python3\``;
  if (onPath(context, 'zypper')) return `\`${sudo}zypper install -y gcc-c++ make python3\``;
  if (onPath(context, 'pacman')) return `\`${sudo}pacman -S --needed base-devel python\``;
  return 'install a C++ compiler, make and Python 3 with your package manager';
}

/** @param {string} root */
async function requireWritable(root) {
  const probe = path.join(stateFolder(root), `probe.${process.pid}`);
  try {
    await mkdir(stateFolder(root), { recursive: true });
    await writeFile(probe, 'writable');
    await rm(probe);
  } catch (error) {
    throw asFailure(Object.assign(/** @type {Error} */ (error), { path: root }));
  }
}
