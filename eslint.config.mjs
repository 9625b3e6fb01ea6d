import { config } from '@n8n/node-cli/eslint';

/** Who may know whom (docs/architecture.md, "The house"). `except` names what a zone may still see of `from`. */
const services = ['Kaspi', 'Ozon', 'AmoCrm', 'Bitrix24'];
const ourCode = ['core', 'journal', 'transport', 'contacts', 'sync', 'nodes', 'credentials'];
const forbid = (target, from, message) => ({ target: `./${target}`, from: `./${from}`, message });
const houseRules = [
	...['journal', 'transport', 'contacts', 'sync', 'nodes', 'credentials', 'sandbox', 'demo', 'test'].map((other) =>
		forbid('core', other, 'core knows nobody'),
	),
	...['contacts', 'sync', 'nodes', 'credentials', 'sandbox', 'demo', 'test'].flatMap((other) => [
		forbid('journal', other, 'journal knows only the types of core'),
		forbid('transport', other, 'transport knows only the types of core and journal'),
	]),
	forbid('journal', 'transport', 'journal knows only the types of core'),
	...['transport', 'sync', 'nodes', 'credentials', 'sandbox', 'demo', 'test'].map((other) =>
		forbid('contacts', other, 'contacts know the rules of core and the memory of the journal, and no service'),
	),
	...['transport', 'nodes', 'credentials', 'sandbox', 'demo', 'test'].map((other) =>
		forbid('sync', other, 'the engine knows the rules, the contacts, the journal and the ports: no service, and no n8n'),
	),
	...[...services, 'OrderSync', 'SyncJournal'].map((node) => forbid('nodes/shared', `nodes/${node}`, 'what the nodes have in common knows none of them')),
	...services.flatMap((service) => [
		...services
			.filter((other) => other !== service)
			.map((other) => forbid(`nodes/${service}`, `nodes/${other}`, 'a service never knows another service')),
		forbid(`nodes/${service}`, 'nodes/OrderSync', 'a service does not know who uses it'),
		forbid(`nodes/${service}`, 'sync', 'a service does not know who uses it'),
		forbid(`nodes/${service}`, 'journal', 'a service has no memory of its own'),
		...['api', 'model'].flatMap((room) =>
			['actions', 'trigger'].map((above) =>
				forbid(`nodes/${service}/${room}`, `nodes/${service}/${above}`, 'what the service says and means does not depend on what analysts see'),
			),
		),
	]),
	...ourCode.flatMap((part) => [
		forbid('sandbox', part, 'the sandbox shares no code with the pack: a shared mistake would hide itself'),
		forbid(part, 'sandbox', 'the pack shares no code with the sandbox: a shared mistake would hide itself'),
	]),
	...ourCode.map((part) => forbid('demo', part, 'the demo uses the packed nodes, as users do')),
];

export default [
	{ ignores: ['dist', '.demo', '.cache', 'node_modules', 'demo/node_modules', 'coverage'] },
	...config,
	{
		// n8n's own scanner does not honour disable comments, and neither do we.
		linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' },
	},
	{
		files: ['**/*.ts'],
		settings: { 'import-x/extensions': ['.ts'] },
		rules: {
			'import-x/no-restricted-paths': ['error', { basePath: import.meta.dirname, zones: houseRules }],
			'import-x/no-cycle': ['error', { ignoreExternal: true }],
			// The same package holds both generations: version 4 reads a page of orders with a quarter of the memory and a fifth of the time.
			'no-restricted-imports': ['error', { paths: [{ name: 'zod', message: 'Import zod/v4.' }] }],
			'@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
			// Written for verified packages, which n8n Cloud installs. This pack is for self-hosted n8n and names a reason
			// for each of its few dependencies in the README.
			'@n8n/community-nodes/no-restricted-imports': 'off',
			// axios carries a `default` object beside its named exports: our imports of it are right.
			'import-x/no-named-as-default-member': 'off',
			'import-x/no-named-as-default': 'off',
		},
	},
	{
		files: ['package.json'],
		// The same: runtime dependencies are allowed in a package that does not apply for n8n Cloud.
		rules: { '@n8n/community-nodes/no-runtime-dependencies': 'off' },
	},
	{
		// The journal needs n8n's user folder and the file system, the transport needs timers; node files keep the rule.
		files: ['journal/**/*.ts', 'transport/**/*.ts'],
		rules: {
			'@n8n/community-nodes/no-restricted-globals': 'off',
			// These layers know no node whose errors they could be: nodes translate them (transport/nodeError.ts).
			'@n8n/community-nodes/require-node-api-error': 'off',
		},
	},
	{
		// Programs and tests that never run inside n8n.
		files: ['sandbox/**/*.ts', 'demo/**/*.ts', 'test/**/*.ts'],
		rules: {
			'@n8n/community-nodes/no-restricted-globals': 'off',
			'@n8n/community-nodes/require-node-api-error': 'off',
			'@n8n/community-nodes/no-hardcoded-secrets': 'off',
			'@n8n/community-nodes/no-dangerous-functions': 'off',
			'no-console': 'off',
		},
	},
];
