import { isOfAnotherInstance, newSecret, secretOf } from '../../transport/webhookSecret';

describe('the secret of a webhook\'s address', () => {
	it('is another one every time, and fits into an address', () => {
		const secrets = Array.from({ length: 100 }, () => newSecret('this n8n'));
		expect(new Set(secrets).size).toBe(100);
		for (const secret of secrets) {
			expect(secret).toMatch(/^[\w-]{32}$/);
			expect(secretOf(`https://n8n.example/webhook/id/amocrm?secret=${secret}`)).toBe(secret);
		}
	});

	it('says which n8n has made it, and nothing about those of version 0.1.0', () => {
		expect(isOfAnotherInstance(newSecret('this n8n'), 'this n8n')).toBe(false);
		expect(isOfAnotherInstance(newSecret('another n8n'), 'this n8n')).toBe(true);
		for (const unmarked of ['', 's', 'x'.repeat(32), 'Zm9vYmFyYmF6Zm9vYmFyYmF6Zm9vYmFy']) expect(isOfAnotherInstance(unmarked, 'this n8n')).toBe(false);
	});

	it('is not found where there is none', () => {
		for (const address of ['https://n8n.example/hook', 'no address', '']) expect(secretOf(address)).toBeUndefined();
	});
});
