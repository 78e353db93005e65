using System.Collections;
using System.Globalization;
using System.Management.Automation;

namespace FutureHouse.PowerShell.Binding;

/// <summary>Takes a revision from whatever has one: a UUID, a DataRevision, or a DataEntry, of which it is the one shown.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class RevisionOfAttribute : ArgumentTransformationAttribute
{
    /// <summary>Gives the UUID.</summary>
    /// <param name="engineIntrinsics">Not used.</param>
    /// <param name="inputData">A UUID, its text, a DataRevision, a DataEntry, or an object with a RevisionId.</param>
    /// <returns>A <see cref="Guid"/>, or <see langword="null"/> for nothing.</returns>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var value = inputData is PSObject wrapper ? wrapper.BaseObject : inputData;
        return value switch
        {
            null => null,
            Guid id => id,
            string text when Guid.TryParse(text, out var id) => id,
            DataRevision revision => revision.Id,
            DataEntry { RevisionId: { } shown } => shown,
            _ when value is not string && Guid.TryParse(PSObject.AsPSObject(inputData).Properties["RevisionId"]?.Value?.ToString(), out var named) => named,
            _ => throw new ArgumentTransformationMetadataException(string.Format(CultureInfo.CurrentCulture, RevisionStrings.NoRevision, value)),
        };
    }
}

/// <summary>
/// Takes text, and nothing that only looks like it: an entry or a file that is piped in would otherwise be written as the text that it is shown as. An object that has its text, its path or its
/// source in a property is left to be bound by that.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class TextOfAttribute : ArgumentTransformationAttribute
{
    private static readonly string[] Elsewhere = ["Content", "Path", "SourceId"];

    /// <summary>Gives the texts.</summary>
    /// <param name="engineIntrinsics">Not used.</param>
    /// <param name="inputData">Texts, numbers, dates: what has a text of its own; or an object with a property that has it.</param>
    /// <returns>The texts; the object as it is where a property has it.</returns>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var data = inputData is PSObject { BaseObject: var wrapped } && wrapped is not PSCustomObject ? wrapped : inputData;
        if (data is IEnumerable list and not (string or IDictionary))
        {
            return list.Cast<object?>().Select(item => One(item) ?? throw Refused(item!)).ToArray();
        }

        return One(inputData) is { } text ? new[] { text }
            : data is not IDictionary && Elsewhere.Any(name => PSObject.AsPSObject(inputData).Properties[name] is not null) ? inputData
            : throw Refused(inputData);
    }

    private static string? One(object? item)
    {
        var value = item is PSObject wrapper ? wrapper.BaseObject : item;
        return value switch
        {
            null => string.Empty,
            string text => text,
            ValueType => LanguagePrimitives.ConvertTo<string>(value),
            _ => null,
        };
    }

    private static ArgumentTransformationMetadataException Refused(object item) =>
        new(string.Format(CultureInfo.CurrentCulture, RevisionStrings.NoText, (item is PSObject wrapper ? wrapper.BaseObject : item).GetType().Name));
}
