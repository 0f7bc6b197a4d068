import type { NoticeDisplayed } from '../../http/kiosk/contract.js';
import { api, Problem } from '../api.js';

const RETRY_AFTER_MS = 5_000;
const passing = ['service-unreachable', 'too-many-requests', 'internal'];

/**
 * Tells the service that the whole notice stood on the screen (M5.0), and does not give up: until it knows, the camera
 * stays closed. A refusal that lasts (another notice by now, a screen that is paired no more) needs no second try.
 */
export async function tellNoticeDisplayed(displayed: NoticeDisplayed): Promise<void> {
  try {
    await api.noticeDisplayed(displayed);
  } catch (thrown) {
    if (thrown instanceof Problem && passing.includes(thrown.code))
      setTimeout(() => void tellNoticeDisplayed(displayed), RETRY_AFTER_MS);
  }
}
