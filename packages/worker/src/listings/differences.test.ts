import type { Deployment, ProviderListing } from "@verimesh/sdk";
import { expect } from "chai";
import { zeroAddress } from "viem";
import { ME, OTHER } from "../../test/records.ts";
import { callsOf } from "../chain/calls.ts";
import { differencesOf } from "./differences.ts";
import { checkOffers, type Offer } from "./Offer.ts";

const calls = callsOf({ providerSelection: ME, providerStaking: ME } as Deployment);
const offer: Offer = { modelId: 1n, version: 2n, asks: { [zeroAddress]: 10n } };
const listing: ProviderListing = {
  ...{ provider: ME, modelId: 1n, version: 2n, listed: true, acceptsOffChain: true, weight: 1n, minAnswerSeconds: 0 },
  asks: [{ token: zeroAddress, ask: 10n }],
};

function told(offers: readonly Offer[] | undefined, listings: readonly ProviderListing[], capacity = 1): string[] {
  return differencesOf({ offers, capacity: 1 }, { listings, capacity }, calls).map(({ what }) => what);
}

describe("differencesOf", () => {
  it("says nothing where configuration and chain agree, or nothing particular is wanted", () => {
    expect(told([offer], [listing])).to.deep.equal([]);
    expect(told(undefined, [listing, { ...listing, version: 3n }])).to.deep.equal([]);
  });

  it("tells what is missing, what is too much, and other prices", () => {
    expect(told([offer], [])).to.have.length(2);
    expect(told([offer], [{ ...listing, listed: false, asks: [] }])).to.have.length(2);
    expect(told([], [listing])).to.deep.equal(["Model 1, version 2 is listed and not offered."]);
    const dearer = { ...listing, asks: [{ token: zeroAddress, ask: 11n }] };
    expect(told([offer], [dearer])[0])
      .to.contain("offered for 10")
      .and.to.contain("on the chain: 11");
    const alsoOther = { ...listing, asks: [...listing.asks, { token: OTHER, ask: 1n }] };
    expect(told([offer], [alsoOther])[0]).to.contain(`not offered for ${OTHER}`);
    expect(told([offer], [{ ...listing, acceptsOffChain: false }])).to.have.length(2);
  });

  it("tells an answer time that is another, before the listing that it is for, and leaves alone what is not said", () => {
    const patient: Offer = { ...offer, minAnswerSeconds: 30 };
    expect(told([patient], [listing])[0])
      .to.contain("from 30 s")
      .and.to.contain("from 0 s");
    expect(told([patient], [])[0]).to.contain("from 30 s");
    expect(told([patient], [{ ...listing, minAnswerSeconds: 30 }])).to.deep.equal([]);
    expect(told([offer], [{ ...listing, minAnswerSeconds: 30 }])).to.deep.equal([]);
  });

  it("tells a capacity that is another", () => {
    expect(told(undefined, [], 4)[0]).to.contain("4 jobs at once");
  });
});

describe("checkOffers", () => {
  it("refuses a version twice, one without a price, and what is no price", () => {
    const bad: Offer[][] = [
      [offer, offer],
      [{ ...offer, asks: {} }],
      [{ ...offer, asks: { [zeroAddress]: 2n ** 96n } }],
      [{ ...offer, minAnswerSeconds: 1.5 }],
      [{ ...offer, minAnswerSeconds: -1 }],
    ];
    for (const offers of bad)
      expect(() => checkOffers(offers))
        .to.throw()
        .with.property("code", "CONFIG_INVALID");
    expect(() => checkOffers([offer])).not.to.throw();
  });
});
