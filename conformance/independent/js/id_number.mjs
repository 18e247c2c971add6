// South African ID numbers: YYMMDD, four digits, citizenship, one digit, Luhn's check digit.
const length = 13;
const shortest = 11; // what Excel leaves of one that begins with 00

export function normalIdNumber(text) {
  const digits = text.replace(/\D/g, "");
  return digits.length >= shortest ? digits.padStart(length, "0") : digits;
}

/** Why a normalised number is none; undefined when it is one. */
export function idNumberProblem(id) {
  if (id === "") return "invalid: missing";
  if (id.length !== length) return "invalid: length";
  if (!isDate(id.slice(0, 2), id.slice(2, 4), id.slice(4, 6))) return "invalid: date";
  if (id[10] > "2") return "invalid: citizenship";
  return luhn(id) ? undefined : "invalid: checksum";
}

function isDate(year, month, day) {
  // Of which century is unknown; 20YY has a 29 February wherever either has one (1900 had none, 2000 had).
  const date = new Date(Date.UTC(2000 + Number(year), Number(month) - 1, Number(day)));
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
}

function luhn(digits) {
  const sum = [...digits].reverse().reduce((total, digit, i) => {
    const value = Number(digit) * (i % 2 === 0 ? 1 : 2);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}
