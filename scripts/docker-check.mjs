import path from 'node:path';
import { localBase } from './docker-check/base.mjs';
import { buildImage, imageFolder } from './docker-check/build.mjs';
import { checkDemonstration, checkSite } from './docker-check/checks.mjs';
import { printSize } from './docker-check/size.mjs';
import { CheckFailure, exitCodes, requireMachine, say } from './docker-check/tools.mjs';
import { projectRoot } from './setup/context.mjs';

const help = `Usage: sudo node scripts/docker-check.mjs [--base-image NAME] [--mirror URL] [--rebuild-base]

Builds docker/Dockerfile with buildah, runs the demonstration and a site inside it as the unprivileged user, and prints
the image's size. Needs no container engine: the base is made by debootstrap from this machine's own package sources and
gets this machine's Node. Images and the base are kept in var/docker (some 6 GB, or 30 GB where overlays do not work);
delete the folder when done.

  --base-image NAME  build on this image instead, pulled by buildah
  --mirror URL       Debian mirror for the base (default: the one in /etc/apt)
  --rebuild-base     make the base again

Exit codes:
    0  built, run and measured
    1  a build or a check failed
    2  an option is not known
    3  a program is missing, or this is not root on Linux: nothing was checked
`;

const notShown = `
Shown with the kernel's own means: unprivileged user, read-only root, no network, no capability, the memory-lock limit.
Not shown, for want of an engine: that docker/compose.yaml is read as meant, the engine's seccomp profile, its schedule
of health checks, and panels on the internal network.`;

try {
  await main(optionsFrom(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof CheckFailure)) throw error;
  process.stderr.write(`\nContainer check stopped: ${error.message}\n`);
  process.exitCode = error.exitCode;
}

/** @param {ReturnType<typeof optionsFrom>} options */
async function main(options) {
  if (options.help) return void process.stdout.write(help);
  requireMachine();
  const folder = path.join(projectRoot, 'var', 'docker');
  const base = options.baseImage ?? localBase(folder, options);
  const terminal = buildImage(folder, { base, name: 'localhost/menshen' });
  const demo = buildImage(folder, { base, name: 'localhost/menshen-demo', target: 'demo' });
  /** @type {import('./docker-check/build.mjs').OpenImage[]} */
  const opened = [];
  const open = (/** @type {string} */ name) => {
    const image = imageFolder(folder, name);
    opened.push(image);
    return image;
  };
  try {
    const terminalImage = open(terminal);
    const demoImage = open(demo);
    checkDemonstration(demoImage);
    checkSite(terminalImage, demoImage);
    await printSize('terminal', terminalImage);
    await printSize('demonstration', demoImage);
    say(notShown);
  } finally {
    for (const image of opened) image.close();
  }
}

/** @param {string[]} args */
function optionsFrom(args) {
  /** @type {{ help: boolean, rebuild: boolean, baseImage?: string, mirror?: string }} */
  const options = { help: false, rebuild: false };
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--help') options.help = true;
    else if (arg === '--rebuild-base') options.rebuild = true;
    else if (arg === '--base-image') options.baseImage = valueFor(arg, rest.shift());
    else if (arg === '--mirror') options.mirror = valueFor(arg, rest.shift());
    else throw new CheckFailure(`"${arg}" is not an option.\n\n${help}`, exitCodes.usage);
  }
  return options;
}

/**
 * @param {string} option
 * @param {string | undefined} value
 */
function valueFor(option, value) {
  if (value === undefined || value.startsWith('--'))
    throw new CheckFailure(`${option} needs a value.\n\n${help}`, exitCodes.usage);
  return value;
}
