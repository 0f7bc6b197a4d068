export {
  type AuthorityParts,
  type CertificateFacts,
  DeviceAuthority,
  type ListenerCertificate,
} from './device-authority.js';
export { type Invitation, longestGrantDays } from './invitations.js';
export {
  type CertifiedPanel,
  type PanelCaller,
  PanelRegister,
  type PanelView,
  type PresentedCertificate,
} from './panel-register.js';
