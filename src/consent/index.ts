export { ConsentRegister } from './consents.js';
export type {
  Consent,
  ConsentRequest,
  ConsentState,
  Guardian,
  NoticeBinding,
  RenewableConsent,
} from './types.js';
