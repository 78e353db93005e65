using System.Collections;
using System.Management.Automation;
using System.Security;
using FutureHouse.Authentication;

namespace FutureHouse.PowerShell.Binding;

/// <summary>Takes the id from whatever has one: a UUID, an alias, a <c>data_entry:</c> URI, an entry, a dataset, a row of Import-Csv.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class IdOfAttribute : ArgumentTransformationAttribute
{
    /// <summary>Gives the ids as texts.</summary>
    /// <param name="engineIntrinsics">Not used.</param>
    /// <param name="inputData">One or several.</param>
    /// <returns>The texts, which the cmdlet reads: what is wrong with one is its own error.</returns>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var data = inputData is PSObject { BaseObject: var wrapped } && wrapped is not PSCustomObject ? wrapped : inputData;
        return data is IEnumerable list and not (string or IDictionary) ? list.Cast<object?>().Select(One).ToArray() : new[] { One(inputData) };
    }

    /// <summary>Stands between an entry and one of its revisions; no id has it.</summary>
    internal const char RevisionMark = '@';

    /// <summary>The id of one thing, as text.</summary>
    internal static string One(object? item)
    {
        var value = item is PSObject wrapper ? wrapper.BaseObject : item;
        return value switch
        {
            null => string.Empty,
            string text => text,
            Guid id => id.ToString("D"),
            DataEntry entry => entry.Id.ToString("D"),
            Dataset dataset => dataset.Id.ToString("D"),
            DataRevision revision => $"{revision.EntryId:D}{RevisionMark}{revision.Id:D}",
            IDictionary map => map["Id"]?.ToString() ?? string.Empty,
            _ => PSObject.AsPSObject(item).Properties["Id"]?.Value?.ToString() ?? value.ToString() ?? string.Empty,
        };
    }
}

/// <summary>Takes one UUID from whatever has one.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class UuidOfAttribute : ArgumentTransformationAttribute
{
    /// <summary>Gives the UUID.</summary>
    /// <param name="engineIntrinsics">Not used.</param>
    /// <param name="inputData">A UUID, its text, a <c>data_entry:</c> URI, or an object with an <c>Id</c>.</param>
    /// <returns>A <see cref="Guid"/>, or <see langword="null"/> for nothing.</returns>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        if ((inputData is PSObject wrapper ? wrapper.BaseObject : inputData) is DataRevision revision)
        {
            return revision.Id;
        }

        var text = IdOfAttribute.One(inputData);
        return text.Length == 0 ? null
            : EntryId.TryParse(text, out var id) && id.Uuid is { } uuid ? uuid
            : throw new ArgumentTransformationMetadataException(string.Format(System.Globalization.CultureInfo.CurrentCulture, CmdletStrings.NoUuid, text));
    }
}

/// <summary>Takes a secret, which is best given as a SecureString; a plain string is taken too.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class SecretAttribute : ArgumentTransformationAttribute
{
    /// <summary>Gives the secret.</summary>
    /// <param name="engineIntrinsics">Not used.</param>
    /// <param name="inputData">A SecureString, or a string.</param>
    /// <returns>A <see cref="SecureString"/>.</returns>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var value = inputData is PSObject wrapper ? wrapper.BaseObject : inputData;
        return value switch
        {
            SecureString secret => secret,
            string text => ApiKeySource.Protect(text),
            PSCredential credential => credential.Password,
            _ => throw new ArgumentTransformationMetadataException(CmdletStrings.NoSecret),
        };
    }
}
