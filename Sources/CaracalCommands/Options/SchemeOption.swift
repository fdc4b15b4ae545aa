import ArgumentParser
import Caracal

extension SignatureScheme: ExpressibleByArgument {}
