using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Security;
using FutureHouse.Authentication;

namespace FutureHouse.PowerShell.Binding;

/// <summary>Takes the id from whatever has one: a UUID, an alias, a <c>data_entry:</c> URI, an entry, a dataset, a row of Import-Csv.</summary>
/// <param name="sought">What the id is to be of.</param>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class IdOfAttribute(Referent sought = Referent.Entry) : ArgumentAttribute
{
    /// <summary>Stands between an entry and one of its revisions; no id has it.</summary>
    internal const char RevisionMark = '@';

    /// <summary>Stands before a dataset where an entry is taken too; no id has it.</summary>
    internal const string DatasetMark = "dataset:";

    /// <summary>What the id is to be of.</summary>
    public Referent Sought => sought;

    /// <summary>Whether a dataset stands for its entries.</summary>
    public bool OrDataset { get; set; }

    /// <summary>Gives the ids as texts, which the cmdlet reads: what is wrong with one is its own error.</summary>
    private protected override object? Read(object item, object bare) => bare is IEnumerable list and not (string or IDictionary) ? list.Cast<object?>().Select(One).ToArray() : new[] { One(item) };

    private string One(object? item)
    {
        var reference = Reference.Of(item, sought);
        return OrDataset && reference.Kind == Referent.Dataset ? DatasetMark + reference.Id
            : reference.Require(sought) is { Revision: { } revision } named ? $"{named.Id}{RevisionMark}{revision}"
            : reference.Id;
    }
}

/// <summary>Takes one UUID from whatever has one.</summary>
/// <param name="sought">What it is to be of.</param>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class UuidOfAttribute(Referent sought) : ArgumentAttribute
{
    /// <summary>What it is to be of.</summary>
    public Referent Sought => sought;

    private protected override object? Read(object item, object bare)
    {
        var reference = Reference.Of(item, sought).Require(sought);
        return reference.Revision is { } revision ? throw new ArgumentTransformationMetadataException(string.Format(CultureInfo.CurrentCulture, RevisionStrings.EntryOnly, revision, reference.Id))
            : reference.Id.Length == 0 ? null
            : EntryId.TryParse(reference.Id, out var id) && id.Uuid is { } uuid && (sought == Referent.Entry || !reference.Id.StartsWith(EntryId.UriPrefix, StringComparison.OrdinalIgnoreCase)) ? uuid
            : throw new ArgumentTransformationMetadataException(string.Format(CultureInfo.CurrentCulture, CmdletStrings.NoUuid, reference.Id));
    }
}

/// <summary>Takes a revision from whatever has one: a UUID, a DataRevision, or a DataEntry, of which it is the one shown.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class RevisionOfAttribute : ArgumentAttribute
{
    private protected override object? Read(object item, object bare) => bare switch
    {
        Guid id => id,
        string text when Guid.TryParse(text, out var id) => id,
        DataRevision revision => revision.Id,
        DataEntry { RevisionId: { } shown } => shown,
        not string when Guid.TryParse(PSObject.AsPSObject(item).Properties["RevisionId"]?.Value?.ToString(), out var named) => named,
        _ => throw new ArgumentTransformationMetadataException(string.Format(CultureInfo.CurrentCulture, RevisionStrings.NoRevision, bare)),
    };
}

/// <summary>Takes a secret, which is best given as a SecureString; a plain string is taken too.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class SecretAttribute : ArgumentAttribute
{
    private protected override object? Read(object item, object bare) => bare switch
    {
        SecureString secret => secret,
        string text => ApiKeySource.Protect(text),
        PSCredential credential => credential.Password,
        _ => throw new ArgumentTransformationMetadataException(CmdletStrings.NoSecret),
    };
}
