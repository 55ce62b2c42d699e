import { SameCustomer } from '../../../../nodes/shared/run/acrossItems';
import { ACCOUNT } from '../../../support/items';

const keys = (customers: SameCustomer, identities: readonly string[], account = ACCOUNT) =>
	identities.map((identity) => customers.keyOf(customers.join(account, [identity]) ?? ''));
const count = (customers: SameCustomer, ...identities: readonly string[]) =>
	new Set(keys(customers, identities)).size;

test('an address in any letter case is one customer; an ID is not', () => {
	const customers = new SameCustomer();
	expect(count(customers, 'Jane@Example.com', 'jane@example.com', 'JANE@EXAMPLE.COM')).toBe(1);
	expect(count(customers, 'K7', 'k7')).toBe(2);
	expect(customers.join(ACCOUNT, [])).toBeUndefined();
});

test('what items join has one key, whatever order they come in', () => {
	const customers = new SameCustomer();
	customers.join(ACCOUNT, ['b@example.com', '+2']);
	customers.join(ACCOUNT, ['a@example.com', '+1']);
	customers.join(ACCOUNT, ['A@example.com', '+2']);
	expect(count(customers, 'a@example.com', 'b@example.com', '+1', '+2')).toBe(1);
	expect(count(customers, 'a@example.com', 'c@example.com')).toBe(2);
});

test('accounts have customers of their own', () => {
	const customers = new SameCustomer();
	const other = { ...ACCOUNT, namespace: 'other' };
	const elsewhere = { ...ACCOUNT, baseUrl: 'https://b.example.com' };
	const all = [ACCOUNT, other, elsewhere].flatMap((account) => keys(customers, ['K7'], account));
	expect(new Set(all).size).toBe(3);
});

test('however long the chain of what is joined, and however many share one number, it has one end', () => {
	const customers = new SameCustomer();
	const LENGTH = 50_000;
	const started = Date.now();
	for (let n = 0; n < LENGTH; n++) customers.join(ACCOUNT, [`i-${n}`, `i-${n + 1}`]);
	for (let n = 0; n < LENGTH; n++) customers.join(ACCOUNT, [`c${n}@example.com`, '+1']);
	expect(count(customers, 'i-0', 'i-7', `i-${LENGTH}`)).toBe(1);
	expect(count(customers, 'c0@example.com', 'c7@example.com', '+1')).toBe(1);
	expect(count(customers, 'i-0', '+1')).toBe(2);
	// Without shortened paths it takes minutes, with them a moment, however busy the machine is.
	expect(Date.now() - started).toBeLessThan(30_000);
});
