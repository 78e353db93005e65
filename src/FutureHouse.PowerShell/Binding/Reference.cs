using System.Collections;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;

namespace FutureHouse.PowerShell.Binding;

/// <summary>What an id is to be of.</summary>
public enum Referent
{
    /// <summary>An entry.</summary>
    Entry,

    /// <summary>A dataset.</summary>
    Dataset,

    /// <summary>A project.</summary>
    Project,
}

/// <summary>
/// Reads what names an entry, a dataset or a revision: a UUID, an alias, a <c>data_entry:</c> URI, or an object that has one; also one that has been through Clixml, JSON or Select-Object.
/// Whatever else has an Id (a process, a time zone) is a stranger, and is refused before anything is sent.
/// </summary>
/// <param name="Kind">What it is of, where that can be told.</param>
/// <param name="Id">The id, as text; empty for none.</param>
/// <param name="Revision">The revision, where it is one.</param>
internal readonly record struct Reference(Referent? Kind, string Id, string? Revision = null)
{
    private static readonly Reference Nothing = new(null, string.Empty);

    /// <summary>Reads one thing.</summary>
    /// <param name="item">The thing.</param>
    /// <param name="sought">What it is to be, for messages.</param>
    /// <exception cref="ArgumentTransformationMetadataException">It is a stranger.</exception>
    public static Reference Of(object? item, Referent sought)
    {
        var bare = ArgumentAttribute.Bare(item);
        return bare switch
        {
            null => Nothing,
            Guid id => new(null, id.ToString("D")),
            DataEntry entry => new(Referent.Entry, entry.Id.ToString("D")),
            Dataset dataset => new(Referent.Dataset, dataset.Id.ToString("D")),
            DataRevision revision => new(Referent.Entry, revision.EntryId.ToString("D"), revision.Id.ToString("D")),
            string or Uri => Member(item, "EntryId") is { } entry ? new(Referent.Entry, entry) : new(null, bare.ToString()!.Trim()),
            _ when bare.GetType().IsPrimitive || bare is decimal or System.Numerics.BigInteger => throw Refused(BindingStrings.NumberIsNoId, bare, sought),
            _ => OfObject(item!, bare, sought),
        };
    }

    private static Reference OfObject(object item, object bare, Referent sought)
    {
        var names = PSObject.AsPSObject(item).TypeNames;
        bool Is(Type type) => names.Any(name => name == type.FullName || name.EndsWith('.' + type.FullName!, StringComparison.Ordinal) || name.EndsWith(':' + type.FullName!, StringComparison.Ordinal));
        var own = Raw(item, "Id");
        var entry = Member(item, "EntryId");
        var uri = Member(item, "Uri") is { } text && text.StartsWith(EntryId.UriPrefix, StringComparison.OrdinalIgnoreCase) ? text : null;
        if (entry is not null)
        {
            // A revision, or what an entry held: text, a file, a source.
            var revision = Member(item, "RevisionId") ?? (Is(typeof(DataRevision)) || Raw(item, "Version") is not null ? own?.ToString() : null);
            return new(Referent.Entry, entry, revision);
        }

        if (own is null or "" && uri is null)
        {
            return own is "" || (own is null && Has(item, "Id")) ? Nothing : throw Refused(BindingStrings.NoId, Shown(bare), sought);
        }

        if (own is not null and not (string or Guid or System.Uri))
        {
            throw own.GetType().IsPrimitive && IsRow(names) ? Refused(BindingStrings.NumberIsNoId, own, sought) : Refused(BindingStrings.StrangerIsNoId, bare is PSObject ? names[0] : bare.GetType().Name, sought, own);
        }

        var id = own is null or "" ? uri! : own.ToString()!;
        if (!IsRow(names) && !(EntryId.TryParse(id, out var parsed) && parsed.Uuid is not null))
        {
            throw Refused(BindingStrings.StrangerIsNoId, bare is PSObject ? names[0] : bare.GetType().Name, sought, id);
        }

        var isDataset = Is(typeof(Dataset)) || (uri is null && Has(item, "Entries"));
        return Is(typeof(DataRevision)) ? throw Refused(BindingStrings.NoId, names[0], sought)
            : new(isDataset ? Referent.Dataset : uri is not null || Is(typeof(DataEntry)) || Is(typeof(DataEntrySearchHit)) ? Referent.Entry : null, id);
    }

    /// <summary>Whether it is a row: nothing but properties, or an object of this module's that has been one.</summary>
    private static bool IsRow(Collection<string> types)
    {
        var name = types[0];
        foreach (var prefix in (string[])["Selected.", "Deserialized.", "CSV:"])
        {
            name = name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : name;
        }

        return name.StartsWith("FutureHouse.", StringComparison.Ordinal) || name.Contains("Hashtable", StringComparison.Ordinal) || name.EndsWith("Dictionary", StringComparison.Ordinal)
            || name is "System.Management.Automation.PSCustomObject" or "System.Object" or "System.Management.Automation.PSObject";
    }

    private static bool Has(object item, string name) => ArgumentAttribute.Bare(item) is IDictionary map ? map.Keys.Cast<object>().Any(key => IsNamed(key, name)) : PSObject.AsPSObject(item).Properties[name] is not null;

    private static object? Raw(object? item, string name) => ArgumentAttribute.Bare(
        ArgumentAttribute.Bare(item) is IDictionary map
            ? map.Keys.Cast<object>().Where(key => IsNamed(key, name)).Select(key => map[key]).FirstOrDefault()
            : PSObject.AsPSObject(item).Properties[name]?.Value);

    private static string? Member(object? item, string name) => Raw(item, name) is string or Guid or System.Uri ? Raw(item, name)!.ToString() is { Length: > 0 } text ? text : null : null;

    private static bool IsNamed(object key, string name) => name.Equals(key.ToString(), StringComparison.OrdinalIgnoreCase);

    private static string Shown(object bare) => bare is PSObject ? $"'{bare}'" : $"A {bare.GetType().Name}";

    private static ArgumentTransformationMetadataException Refused(string format, object what, Referent sought, object? id = null) =>
        new(string.Format(CultureInfo.CurrentCulture, format, what, sought.ToString().ToLowerInvariant(), id));

    /// <summary>The one that is sought; what is known to be another is refused with what to give instead.</summary>
    /// <exception cref="ArgumentTransformationMetadataException">It is another.</exception>
    public Reference Require(Referent sought) => (Kind, sought) switch
    {
        (null, _) => this,
        _ when Kind == sought => this,
        (Referent.Dataset, Referent.Entry) => throw Refused(BindingStrings.DatasetIsNoEntry, Id, sought),
        (Referent.Dataset, _) => throw Refused(BindingStrings.DatasetIsNoProject, Id, sought),
        _ when Revision is not null => throw Refused(BindingStrings.RevisionIsNoDataset, Revision, sought),
        _ => throw Refused(BindingStrings.EntryIsNoDataset, Id, sought, sought + "Id"),
    };
}
