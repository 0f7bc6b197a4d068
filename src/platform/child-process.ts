/** Child programs that never outlive this process, even when it is killed outright while they are silent. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { urlOf } from '../core/index.js';
import { egressGuard } from './egress.js';

export interface GuardedOptions {
  /** Applied to every line of standard error before it is kept. */
  readonly redact?: (line: string) => string;
  /** From the polite signal to the one that cannot be refused. */
  readonly graceMs?: number;
  /** Absolute; removed with all it holds when the program has ended, whoever ended first. */
  readonly scratchFolder?: string;
}

export interface ChildEnd {
  /** The program's own; 128 + n when signal n ended it, 127 when it could not be found, 126 when it could not be run. */
  readonly exitCode: number;
}

export interface GuardedChild {
  /** Must be read or destroyed; an unread pipe pauses the program. */
  readonly stdout: Readable;
  /** Of the guard that leads the program's process group. */
  readonly pid: number | undefined;
  /** The last lines of standard error, oldest first, redacted. */
  stderrLines(): readonly string[];
  /** Settles when the program has ended and its output was read to the end; never rejects. */
  readonly ended: Promise<ChildEnd>;
  /** Ends the program and everything it started: SIGTERM, then SIGKILL after the grace. Safe to call again. */
  close(): Promise<ChildEnd>;
}

const keptLines = 80;
const keptLineLength = 400;
const defaultGraceMs = 1000;

/**
 * The program gets a process group of its own with a watcher inside. The watcher blocks on a pipe whose only writer is
 * this process and never writes: when it reads the end, we are gone (or gave up), and the whole group is killed. The
 * group's number cannot have been given to somebody else meanwhile, because the watcher itself is in it. The guard ends
 * after the watcher, and no signal cuts that wait: whoever waited for the guard finds nothing of the group left.
 */
const guardScript = `
exec 3<&0 </dev/null
scratch=$1
shift
trap '' HUP INT TERM
(
  exec >/dev/null 2>&1
  read -r _ <&3
  if [ -n "$scratch" ]; then
    kill -s TERM 0
    rm -rf -- "$scratch"
  fi
  kill -s KILL 0
) &
watcher=$!
trap 'told=1' HUP INT TERM
"$@" 3<&- &
program=$!
told=1
while [ "$told" = 1 ]; do
  told=
  wait "$program"
  status=$?
done
[ -z "$scratch" ] || rm -rf -- "$scratch"
trap '' HUP INT TERM
kill -s KILL "$watcher"
wait "$watcher" 2>/dev/null
exit "$status"
`;

/**
 * Starts a program with no standard input and a bare environment (PATH and a fixed locale: variables such as FFREPORT
 * would make a program write files).
 *
 * M8.2: an argument that is an address elsewhere than in the egress guard's list is refused, where the guard stands.
 *
 * @param command a program name or an absolute path; never interpreted by a shell
 * @returns at once; a program that cannot be started ends with exit code 126 or 127
 * @throws MenshenError `egress-refused`
 */
export function spawnGuarded(
  command: string,
  programArguments: readonly string[],
  options: GuardedOptions = {},
): GuardedChild {
  for (const argument of programArguments) refuseForeignAddress(argument);
  const child = spawn(
    '/bin/sh',
    ['-c', guardScript, 'menshen-guard', options.scratchFolder ?? '', command, ...programArguments],
    {
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' },
    },
  );
  const lines = new LastLines(options.redact ?? ((line) => line));
  child.stderr.setEncoding('utf8').on('data', (text: string) => lines.add(text));
  // The far end of the lifeline can vanish at any time; what that means is told by `ended`.
  child.stdin.on('error', (error) => lines.add(`${error.message}\n`));
  child.once('exit', () => child.stdin.destroy());
  const ended = endOf(child, lines);
  return {
    stdout: child.stdout,
    pid: child.pid,
    stderrLines: () => lines.all(),
    ended,
    close: () => closeChild(child, ended, options.graceMs ?? defaultGraceMs),
  };
}

export interface ProgramOutput extends ChildEnd {
  readonly stdout: string;
  readonly stderrLines: readonly string[];
}

/** Runs a program that says little and ends soon; it is ended when `timeoutMs` is over or `signal` fires. */
export async function runGuarded(
  command: string,
  programArguments: readonly string[],
  options: GuardedOptions & { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<ProgramOutput> {
  const child = spawnGuarded(command, programArguments, options);
  const stop = () => void child.close();
  const timer = setTimeout(stop, options.timeoutMs);
  options.signal?.addEventListener('abort', stop);
  const parts: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => parts.push(text));
  try {
    const { exitCode } = await child.ended;
    return { exitCode, stdout: parts.join(''), stderrLines: child.stderrLines() };
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', stop);
  }
}

/** The program that runs this code, for entry files that must run in a process of their own. */
export const nodeProgram: string = process.execPath;

/** Whether a process with this number runs now, ours or not. */
export function processRuns(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

export const ownProcessId: number = process.pid;

const signalNumbers: Readonly<Partial<Record<NodeJS.Signals, number>>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGKILL: 9,
  SIGTERM: 15,
};

function endOf(child: ChildProcess, lines: LastLines): Promise<ChildEnd> {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      lines.add(`${error.message}\n`);
      resolve({ exitCode: 127 });
    });
    child.once('close', (code, signal) => {
      resolve({ exitCode: code ?? 128 + ((signal && signalNumbers[signal]) || 0) });
    });
  });
}

async function closeChild(child: ChildProcess, ended: Promise<ChildEnd>, graceMs: number): Promise<ChildEnd> {
  // A program that blocks on a full pipe cannot answer a signal; without a reader it fails its write instead.
  child.stdout?.destroy();
  signalGroup(child, 'SIGTERM');
  const force = setTimeout(() => signalGroup(child, 'SIGKILL'), graceMs);
  try {
    return await ended;
  } finally {
    clearTimeout(force);
  }
}

/** What programs of ours use when a URL names no port. */
const usualPorts: Readonly<Record<string, number>> = { 'rtsp:': 554, 'rtsps:': 322, 'http:': 80, 'https:': 443 };

function refuseForeignAddress(argument: string): void {
  if (!egressGuard.installed || !/^[a-z][a-z0-9+.-]*:\/\//i.test(argument)) return;
  const url = urlOf(argument);
  const host = url?.hostname ?? argument;
  const port = Number(url?.port || (usualPorts[url?.protocol ?? ''] ?? Number.NaN));
  if (!egressGuard.permits(host, port)) throw egressGuard.refuse('program', host, port);
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  // Once the guard was waited for, its number may belong to somebody else.
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

class LastLines {
  readonly #redact: (line: string) => string;
  readonly #lines: string[] = [];
  #rest = '';

  constructor(redact: (line: string) => string) {
    this.#redact = redact;
  }

  add(text: string): void {
    const parts = (this.#rest + text).split(/\r?\n|\r/);
    // Only whole lines are redacted and kept: half a line could hide half a password from the redaction.
    this.#rest = (parts.pop() ?? '').slice(0, 8 * keptLineLength);
    for (const line of parts) if (line.trim() !== '') this.#keep(line);
  }

  all(): readonly string[] {
    return this.#lines;
  }

  #keep(line: string): void {
    this.#lines.push(this.#redact(line).slice(0, keptLineLength));
    if (this.#lines.length > keptLines) this.#lines.shift();
  }
}
