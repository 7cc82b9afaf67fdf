/** Clients take a null `refusal` for an answer, so a refusal without words gets these. */
export const wordlessRefusal = 'The model declined to answer.';
