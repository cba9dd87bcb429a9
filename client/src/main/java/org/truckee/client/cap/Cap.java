package org.truckee.client.cap;

/// A capability: a text that *is* the authority over a file or directory. The shape of this tree says what authority;
/// a directory wraps the capability of the file that holds its table.
///
/// ```
/// Cap
/// ├─ FileCap
/// │   ├─ WriteCap    MutableWriteCap
/// │   ├─ ReadCap     LiteralCap, ChkReadCap, MutableReadCap
/// │   └─ VerifyCap   ChkVerifyCap, MutableVerifyCap
/// ├─ DirectoryCap    around any FileCap but a verifier of a literal, which does not exist
/// └─ UnknownCap      kept whole, so that copying a directory cannot destroy what a later version understands
/// ```
public sealed interface Cap permits FileCap, DirectoryCap, UnknownCap {
    /// The capability itself, in canonical form. This is the only way to the secret text; `toString` never shows it.
    String uri();

    /// Reads what a person typed or a file holds. At most one prefix `ro.` or `imm.` is taken off.
    ///
    /// @throws MalformedCapException if the text begins as a known kind and does not go on as one
    static Cap parse(String text) throws MalformedCapException {
        return CapParser.parse(text);
    }
}
