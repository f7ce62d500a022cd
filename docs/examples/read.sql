-- Asks the database of a bundle. Names with dots stand between double quotes.
SELECT 'claims: ' || count(*) FROM claims;
SELECT 'citations: ' || count(*)
FROM claims JOIN "claims.citations" ON "claims.citations"."claims.id" = claims.id;
SELECT 'treatments with an indication: ' || count(DISTINCT "treatments.id")
FROM "treatments.indications";
