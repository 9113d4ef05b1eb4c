export { itFoldsItsStoredFixtures, type StateOf, stateOf } from './stored-fixtures.ts';
