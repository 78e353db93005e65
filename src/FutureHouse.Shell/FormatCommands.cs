using System.Management.Automation;
using System.Reflection;
using Microsoft.PowerShell.Commands.Internal.Format;

namespace FutureHouse.Shell;

/// <summary>Format-Table over the engine's own formatter, which its package carries without the cmdlet.</summary>
[Cmdlet(VerbsCommon.Format, "Table")]
public sealed class FormatTableCommand : OuterFormatTableBase
{
    /// <summary>Makes the cmdlet.</summary>
    public FormatTableCommand() => Formatter.Attach(this, "Table");
}

/// <summary>Format-List over the engine's own formatter, which its package carries without the cmdlet.</summary>
[Cmdlet(VerbsCommon.Format, "List")]
public sealed class FormatListCommand : OuterFormatTableAndListBase
{
    /// <summary>Makes the cmdlet.</summary>
    public FormatListCommand() => Formatter.Attach(this, "List");
}

/// <summary>Gives a formatting cmdlet the engine's implementation. That one is internal: the Utility cmdlets get it by friendship, we by reflection.</summary>
internal static class Formatter
{
    private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    public static void Attach(FrontEndCommandBase cmdlet, string shape)
    {
        var engine = typeof(FrontEndCommandBase).Assembly;
        var shapes = engine.GetType("Microsoft.PowerShell.Commands.Internal.Format.FormatShape", throwOnError: true)!;
        var inner = engine.GetType("Microsoft.PowerShell.Commands.Internal.Format.InnerFormatShapeCommand", throwOnError: true)!;
        var implementation = Activator.CreateInstance(inner, Any, null, [Enum.Parse(shapes, shape)], null);
        typeof(FrontEndCommandBase).GetField("implementation", Any)!.SetValue(cmdlet, implementation);
    }
}
