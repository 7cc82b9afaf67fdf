/** Clients take a null `refusal` for an answer, so a refusal without words gets this text. */
export const wordlessRefusal = 'The model declined to answer.';
