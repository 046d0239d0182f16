const second = 1000;
const minute = 60 * second;

/** The server's numbers and WebAuthn policy, in one place so that what is sent is what is demanded. */
export const policy = {
  /** Sent in the options and demanded at verification; one constant keeps a key without PIN from becoming an orphan. */
  userVerification: 'preferred',
  /** COSE algorithms offered and accepted: Ed25519, ES256, RS256. */
  algorithms: [-8, -7, -257],
  attestationFormats: ['none', 'packed'],
  challengeLifetime: 5 * minute,
  /** How long a finished ceremony can still be asked about, or its registration be repeated. */
  outcomeLifetime: 10 * minute,
  /** How old a sign-in may be when a passkey is added or deleted. */
  freshness: 5 * minute,
  cookieSessionLifetime: 12 * 60 * minute,
  bearerSessionLifetime: 60 * minute,
  codeLifetime: 10 * minute,
  codeTries: 5,
  /** RFC 10027 asks for a short life; the person stands in front of both devices. */
  handoffLifetime: 5 * minute,
  /** What a browser is asked to wait between two questions, in seconds. */
  handoffInterval: 5,
  handoffQuestions: { limit: 30, window: minute },
  handoffsPerBrowser: { limit: 10, window: 10 * minute },
  tries: { limit: 20, window: minute },
  codesPerAddress: { limit: 10, window: 10 * minute },
  /** With five guesses for each code: 150 a day, of a million. */
  codesPerAddressAndDay: { limit: 30, window: 24 * 60 * minute },
  maxBodyBytes: 64 * 1024,
  maxBodyDepth: 64,
  maxIdentifierLength: 254,
  maxNameLength: 64,
} as const;

/** Whether verification insists on the user-verified flag. */
export const requireUserVerification = (policy.userVerification as string) === 'required';
