import type { FastifyRequest } from 'fastify';
import type { ScreenConfig } from '../../config/index.js';
import { MenshenError } from '../../core/index.js';
import { callerOrThrow } from '../auth.js';
import type { Services } from '../services.js';
import { ScreenEnrolments } from './enrolments.js';
import type { ScreenLanguage } from './languages.js';
import { type ScreenAct, ScreenLimits } from './limits.js';
import { ScreenVerifications } from './verifications.js';
import { ScreenVisits } from './visits.js';

export interface DeskParts {
  readonly screen: ScreenConfig;
  readonly languages: readonly ScreenLanguage[];
  /** Whether the listener speaks TLS. */
  readonly secure: boolean;
}

/** What the screen's routes share: its configuration, its limits, and what runs at its door. */
export class ScreenDesk {
  readonly services: Services;
  readonly screen: ScreenConfig;
  readonly languages: readonly ScreenLanguage[];
  readonly secure: boolean;
  readonly verifications: ScreenVerifications;
  readonly enrolments: ScreenEnrolments;
  readonly visits: ScreenVisits;
  readonly #limits: ScreenLimits;

  constructor(services: Services, { screen, languages, secure }: DeskParts) {
    this.services = services;
    this.screen = screen;
    this.languages = languages;
    this.secure = secure;
    this.verifications = new ScreenVerifications(services, screen);
    this.enrolments = new ScreenEnrolments(services, this.verifications);
    this.visits = new ScreenVisits(services, screen.doorId, this.enrolments);
    this.#limits = new ScreenLimits(services.clock);
  }

  /** The id of the screen's key, once it is sure that it does not ask too often. @throws MenshenError `too-many-requests`. */
  admit(request: FastifyRequest, act: ScreenAct): string {
    const screenId = screenIdOf(request);
    this.#limits.use(act, screenId);
    return screenId;
  }

  /** The same for whoever has no key yet. */
  admitStranger(act: ScreenAct): void {
    this.#limits.use(act, 'anyone');
  }

  /** @returns the tag. @throws MenshenError `language-unknown` for a language that this screen does not speak. */
  spoken(tag: string = this.screen.defaultLanguage): string {
    if (this.languages.some((language) => language.tag === tag)) return tag;
    throw new MenshenError(
      'language-unknown',
      `This screen speaks ${this.languages.map((one) => one.tag).join(', ')}. Ask for one of them.`,
    );
  }
}

/** Id of the screen's API key. */
export const screenIdOf = (request: FastifyRequest): string => callerOrThrow(request).id;

/** Options of routes that only a paired screen may call. */
export const paired = { allow: ['kiosk'], screen: true, neverRemember: true } as const;
export const tags = ['screen'];
