// How times and numbers are written.
export const time = (at) =>
	new Date(at).toLocaleTimeString(undefined, { hour12: false }) +
	`.${String(new Date(at).getMilliseconds()).padStart(3, '0')}`;
export const day = (at) => new Date(at).toLocaleString(undefined, { hour12: false });
export const number = (value) => (value ?? 0).toLocaleString();
export const money = (value) =>
	(value ?? 0).toLocaleString(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
