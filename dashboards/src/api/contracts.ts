import type { Contract } from '@keepsite/cloud-contract';
import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query';
import { putJson } from './http.ts';
import { keys } from './queries.ts';

/** Signs another version of a client's contract; what was signed before stays kept. */
export function useSignContract(): UseMutationResult<Contract, Error, Contract> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (contract) =>
      putJson<Contract>(
        `/api/clients/${encodeURIComponent(contract.client)}/contracts/${encodeURIComponent(contract.id)}`,
        contract,
      ),
    networkMode: 'always',
    onSettled: (_, __, { client }) => void queries.invalidateQueries({ queryKey: keys.client(client) }),
  });
}
