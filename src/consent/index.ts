export { ConsentRegister, isNearEnd } from './consents.js';
export type {
  Consent,
  ConsentRequest,
  ConsentState,
  Guardian,
  NoticeBinding,
  RenewableConsent,
} from './types.js';
