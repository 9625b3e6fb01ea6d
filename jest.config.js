/** Tests run in the real n8n-core engine, so they need Node 24: the `node` package puts it first on the PATH of npm scripts. */
module.exports = {
	testEnvironment: 'node',
	// The demo's n8n lies beside the project and must not be crawled.
	roots: ['<rootDir>/test'],
	testMatch: ['**/*.test.ts'],
	setupFiles: ['reflect-metadata'],
	transform: {
		'^.+\\.ts$': [
			'@swc/jest',
			{ jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
		],
	},
	modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.demo', '<rootDir>/.cache'],
	testTimeout: 30_000,
};
