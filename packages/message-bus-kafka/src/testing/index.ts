export { withProof } from '../cloud-event/proof.ts';
export { PROOF_KEY } from './proof-key.ts';
