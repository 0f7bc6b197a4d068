import type { Command } from 'commander';
import { type Config, loadConfig } from '../config/index.js';
import { MenshenError } from '../core/index.js';
import type { Api, ApiOptions } from './api.js';
import { openApi } from './open-api.js';

/** What every command shares: where the configuration is. */
export interface Context {
  config(): Config;
  configPath(): string;
}

export const defaultConfigPath = '/etc/menshen/menshen.yaml';

export function contextOf(program: Command): Context {
  const configPath = () =>
    program.opts<{ config?: string }>().config ?? process.env.MENSHEN_CONFIG ?? defaultConfigPath;
  return { configPath, config: () => loadConfig(configPath()) };
}

/** Runs `work` with the API and closes it, whatever happens. */
export async function withApi(
  context: Context,
  work: (api: Api) => Promise<void>,
  options: ApiOptions = {},
): Promise<void> {
  const api = await openApi(context.config(), { configFile: context.configPath(), ...options });
  try {
    await work(api);
  } finally {
    await api.close();
  }
}

export const dayMs = 86_400_000;

/** `30` means in 30 days; anything else must be an ISO date. */
export function expiryIn(text: string): string {
  const ms = /^\d{1,5}$/.test(text) ? Date.now() + Number(text) * dayMs : Date.parse(text);
  if (Number.isNaN(ms))
    throw new MenshenError('expiry-invalid', `${text} is neither a number of days nor an ISO date.`);
  return new Date(ms).toISOString();
}
