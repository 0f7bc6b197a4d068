import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Service {
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  privileged?: boolean;
  ports?: string[];
  networks?: string[];
  network_mode?: string;
  volumes?: string[];
  ulimits?: { memlock?: { soft: number; hard: number }; core?: { hard: number } };
}

interface Compose {
  services: Record<string, Service>;
  networks: Record<string, { internal?: boolean }>;
}

const text = (name: string) => readFileSync(new URL(`../../docker/${name}`, import.meta.url), 'utf8');
const compose = parse(text('compose.yaml'), { merge: true }) as Compose;
const services = Object.entries(compose.services);

describe.each(services)('the container %s', (_name, service) => {
  it('has a root file system that cannot be written', () => {
    expect(service.read_only).toBe(true);
  });

  it('holds no capability and gains none', () => {
    expect([service.cap_drop, service.security_opt, service.privileged]).toEqual([
      ['ALL'],
      ['no-new-privileges:true'],
      undefined,
    ]);
  });

  it('reaches no network but internal ones', () => {
    const joined = service.network_mode === 'none' ? [] : (service.networks ?? ['default']);
    expect(joined.filter((name) => compose.networks[name]?.internal !== true)).toEqual([]);
  });

  it('may lock as much memory as a gallery of 30 000 people takes', () => {
    expect(service.ulimits?.memlock?.hard).toBeGreaterThanOrEqual(30_000 * 2100);
  });

  it('writes no core file', () => {
    expect(service.ulimits?.core?.hard).toBe(0);
  });
});

it('gives the terminal its configuration and its video to read only', () => {
  const mounted = compose.services.terminal?.volumes?.filter((volume) => volume.startsWith('./'));
  expect(mounted?.filter((volume) => !volume.endsWith(':ro'))).toEqual([]);
});

it('starts the image as a user that is not root', () => {
  const stages = text('Dockerfile').split(/^FROM /m);
  const terminal = stages.find((stage) => stage.startsWith('scratch AS terminal'));
  expect(/^USER (\d+)/m.exec(terminal ?? '')?.[1]).toBe('10001');
});
