/** Of a model pack’s folder: the reports that its thresholds came from, for an inspector who asks. */
export const packReportsFolder = 'evaluations';
