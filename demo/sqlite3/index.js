// n8n calls require('sqlite3'); this fork of it ships its binaries, but is an ES module with a default export.
module.exports = require('@appthreat/sqlite3').default;
