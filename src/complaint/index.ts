export { type ComplaintParts, ComplaintRegister, type FiledComplaint, type NewComplaint } from './complaints.js';
export { type ComplaintVia, complaintLimits, complaintVias } from './limits.js';
export { type StaffCall, StaffCalls, type StaffCallView, staffCallReasons } from './staff-calls.js';
export { answerWithinDays, type Complaint, type ComplaintDetails, type ComplaintState } from './view.js';
