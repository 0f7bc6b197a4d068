/** The demonstration site's assessment: complete in form, so that the gate works, and about photographs only. */
const nothing = 'Demonstration with photographs in motion; no living person is processed.';

export const demonstrationAssessment = {
  id: 'demonstration',
  author: 'demonstration author',
  approver: 'demonstration approver',
  date: '2026-01-01',
  purpose: 'demonstration',
  method: '1:N',
  lawfulBasis: nothing,
  legality: nothing,
  legitimacy: nothing,
  necessity: nothing,
  alternativesConsidered: 'PIN and card work at the same gate.',
  ethicsAndStandards: nothing,
  precisionAndDistance:
    'Thresholds and their evaluation stand in the model pack; faces below the minimum size are refused.',
  impacts: nothing,
  mitigationAndEffectiveness: nothing,
  risksAndHarm: nothing,
  safeguardsAndProportionality: nothing,
  minorsAndVulnerableGroups: 'Nobody under 14 is enrolled.',
  residualRisk: nothing,
  decision: 'proceed',
  keepUntil: '2030-01-01',
} as const;
