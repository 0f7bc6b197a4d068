import type { FilingDetails } from '#menshen/filing/index.js';

/** Everything the forms need; the credit code is the one that GB 32100-2015 gives as its example. */
export const fullDetails: FilingDetails = {
  unifiedCreditCode: '91350100M000100Y43',
  registeredAddress: '福建省福州市某路1号',
  province: '福建省',
  legalRepresentative: '张三',
  agentName: '李四',
  agentPhone: '555-0100',
  agentEmail: 'agent@example.invalid',
  materialsReady: {
    creditCodeCertificate: true,
    legalRepresentativeId: true,
    agentId: true,
    stampedAuthorisation: true,
    stampedUndertaking: true,
  },
};
