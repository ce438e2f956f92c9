// A device that holds passkeys, as Chromium's own tests have one: it says yes whenever a page asks, its owner verified.

/** Gives a visitor's page such a device. `cancel()` makes it say no, `agree()` yes again. */
export async function giveAuthenticator({ page }) {
    const session = await page.context().newCDPSession(page);
    await session.send("WebAuthn.enable");
    const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", {
        options: {
            protocol: "ctap2",
            transport: "internal",
            hasResidentKey: true,
            hasUserVerification: true,
            isUserVerified: true,
            automaticPresenceSimulation: true,
        },
    });
    const verified = (isUserVerified) => session.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified });
    return {
        cancel: () => verified(false),
        agree: () => verified(true),
        async held() {
            const { credentials } = await session.send("WebAuthn.getCredentials", { authenticatorId });
            return credentials;
        },
    };
}
