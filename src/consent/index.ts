export {
  type Consent,
  ConsentRegister,
  type ConsentRequest,
  type ConsentState,
  type Guardian,
  type NoticeBinding,
} from './consents.js';
