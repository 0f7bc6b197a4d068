import {
  ComplianceService,
  type ComplianceSources,
  DeclarationRegister,
  ServedInterface,
} from '../compliance/index.js';
import type { AuditPort } from '../core/index.js';

/** What answers for the law: the declarations on record, the interface as it is served, the table of obligations. */
export function openCompliance(
  sources: Omit<ComplianceSources, 'declarations' | 'served'> & { readonly audit: AuditPort },
): { readonly compliance: ComplianceService; readonly served: ServedInterface } {
  const declarations = new DeclarationRegister(sources);
  declarations.record();
  const served = new ServedInterface();
  return { served, compliance: new ComplianceService({ ...sources, declarations, served }) };
}
